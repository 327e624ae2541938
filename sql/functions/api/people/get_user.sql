create function api.get_user(p_user_id uuid)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer json;
begin
  if auth.is_admin() then
    select row_to_json(u) into v_answer from api.user as u where u.id = p_user_id;
  else
    select row_to_json(u) into v_answer from api.person as u where u.id = p_user_id;
  end if;
  if v_answer is null then
    perform school.fail_not_found('user');
  end if;
  return v_answer;
end;
$$;
comment on function api.get_user is 'A user: whole for admins, name and role for the others.
Answers: user or person.
Refusals: not_found.';
grant execute on function api.get_user to school_admin, school_staff, school_teacher, school_student;
