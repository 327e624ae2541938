create function api.put_course_teacher(p_course_id uuid, p_teacher_id uuid)
returns json
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform from school.courses as c where c.id = p_course_id and c.deleted_at is null;
  if not found then
    perform school.fail_not_found('course');
  end if;
  perform from school.users as u where u.id = p_teacher_id and u.deleted_at is null;
  if not found then
    perform school.fail_not_found('teacher');
  end if;
  insert into school.course_teachers (course_id, teacher_id)
  values (p_course_id, p_teacher_id)
  on conflict on constraint course_teachers_pkey do nothing;
  return api.list_course_teachers(p_course_id);
end;
$$;
comment on function api.put_course_teacher is 'Lets a teacher teach a course; again changes nothing.
Answers: course_teachers.
Refusals: not_found, not_a_teacher.';
grant execute on function api.put_course_teacher to school_admin;
