-- definer: calendar tokens are nobody's to delete; a person ends their own.
create function api.delete_calendar()
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  delete from auth.calendar_tokens as t where t.user_id = auth.user_id();
$$;
comment on function api.delete_calendar is 'Ends the caller''s calendar address; without one, too.';
grant execute on function api.delete_calendar to school_admin, school_staff, school_teacher, school_student;
