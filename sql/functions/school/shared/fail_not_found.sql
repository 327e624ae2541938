create or replace function school.fail_not_found(p_what text)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select school.fail('not_found', format('There is no such %s.', p_what));
$$;
comment on function school.fail_not_found(text) is
  'Refuses an id in the path that is missing or not visible; both read the same.';
grant execute on function school.fail_not_found(text) to school_admin, school_staff, school_teacher, school_student;
