create function api.get_closure(p_closure_id uuid)
returns api.closure
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer api.closure;
begin
  select * into v_answer from api.closure as c where c.id = p_closure_id;
  if not found then
    perform school.fail_not_found('closure');
  end if;
  return v_answer;
end;
$$;
comment on function api.get_closure is 'A closure.
Refusals: not_found.';
grant execute on function api.get_closure to school_admin, school_staff, school_teacher, school_student;
