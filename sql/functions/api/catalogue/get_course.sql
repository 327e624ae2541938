create function api.get_course(p_course_id uuid)
returns api.course
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer api.course;
begin
  select * into v_answer from api.course as c where c.id = p_course_id;
  if not found then
    perform school.fail_not_found('course');
  end if;
  return v_answer;
end;
$$;
comment on function api.get_course is 'A course.
Refusals: not_found.';
grant execute on function api.get_course to school_admin, school_staff, school_teacher, school_student;
