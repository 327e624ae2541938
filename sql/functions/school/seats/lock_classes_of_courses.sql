-- Whoever frees weekly seats locks all weekly classes of the course, by id, before it writes: what is free then is
-- offered in the same transaction to who waits, and an offer may hold seats of several classes.
create or replace function school.lock_classes_of_courses(p_course_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform
  from school.classroom_slots as k
  where k.course_id = any (p_course_ids)
    and k.deleted_at is null
  order by k.id
  for update;
end;
$$;
comment on function school.lock_classes_of_courses(uuid[]) is 'Locks the weekly classes of courses.';
grant execute on function school.lock_classes_of_courses(uuid[]) to school_admin;
