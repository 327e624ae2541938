create function api.read_all_notifications()
returns json
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  update school.notifications as n
  set read_at = school.clock()
  where n.recipient_user_id = (select auth.user_id())
    and n.read_at is null;
  return api.count_unread_notifications();
end;
$$;
comment on function api.read_all_notifications is
  'Marks all of the caller''s notifications as read and answers the unread count.
Answers: unread_count.';
grant execute on function api.read_all_notifications to school_admin, school_staff, school_teacher, school_student;
