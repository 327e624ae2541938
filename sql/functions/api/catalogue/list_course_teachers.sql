-- definer: who teaches a course is no secret, also to those who may not see the teachers otherwise.
create function api.list_course_teachers(p_course_id uuid)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if auth.user_id() is null then
    perform school.fail('forbidden', 'Nobody is logged in.');
  end if;
  perform from school.courses as c where c.id = p_course_id and c.deleted_at is null;
  if not found then
    perform school.fail_not_found('course');
  end if;
  return json_build_object('items', (
    select coalesce(json_agg(json_build_object('id', u.id, 'name', u.name) order by u.name, u.id), '[]')
    from school.course_teachers as ct
    join school.users as u on u.id = ct.teacher_id
    where ct.course_id = p_course_id
      and u.deleted_at is null
  ));
end;
$$;
comment on function api.list_course_teachers is 'The teachers of a course.
Answers: course_teachers.
Refusals: not_found.';
grant execute on function api.list_course_teachers to school_admin, school_staff, school_teacher, school_student;
