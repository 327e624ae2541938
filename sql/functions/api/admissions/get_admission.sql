create function api.get_admission(p_admission_id uuid)
returns api.admission
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer api.admission;
begin
  select * into v_answer from api.admission as a where a.id = p_admission_id;
  if not found then
    perform school.fail_not_found('admission');
  end if;
  return v_answer;
end;
$$;
comment on function api.get_admission is 'An admission.
Refusals: not_found.';
grant execute on function api.get_admission to school_admin, school_staff, school_teacher, school_student;
