-- definer: a right to delete rows of a table is a right to lock it, so nobody has one; admins decide.
create function api.delete_course_teacher(p_course_id uuid, p_teacher_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if not auth.is_admin() then
    perform school.fail('forbidden', 'Admins decide.');
  end if;
  delete from school.course_teachers where course_id = p_course_id and teacher_id = p_teacher_id;
  if not found then
    perform school.fail_not_found('teacher of this course');
  end if;
end;
$$;
comment on function api.delete_course_teacher is 'Takes a course away from a teacher who has no classes of it.
Refusals: not_found, in_use.';
grant execute on function api.delete_course_teacher to school_admin;
