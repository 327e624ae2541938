create function api.get_attendance(p_attendance_id uuid)
returns api.attendance
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer api.attendance;
begin
  select * into v_answer from api.attendance as b where b.id = p_attendance_id;
  if not found then
    perform school.fail_not_found('class');
  end if;
  return v_answer;
end;
$$;
comment on function api.get_attendance is 'A dated class of a student.
Refusals: not_found.';
grant execute on function api.get_attendance to school_admin, school_staff, school_teacher, school_student;
