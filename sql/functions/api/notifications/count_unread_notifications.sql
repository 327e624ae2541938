create function api.count_unread_notifications()
returns json
language sql
stable
security invoker
set search_path = ''
as $$
  select json_build_object('count', count(*))
  from school.notifications as n
  where n.recipient_user_id = (select auth.user_id())
    and n.read_at is null;
$$;
comment on function api.count_unread_notifications is 'How many of the caller''s notifications are unread.
Answers: unread_count.';
grant execute on function api.count_unread_notifications to school_admin, school_staff, school_teacher, school_student;
