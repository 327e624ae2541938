create function api.read_notification(p_notification_id uuid)
returns api.notification
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_answer api.notification;
begin
  update school.notifications as n
  set read_at = school.clock()
  where n.id = p_notification_id
    and n.read_at is null;
  select * into v_answer from api.notification as n where n.id = p_notification_id;
  if not found then
    perform school.fail_not_found('notification');
  end if;
  return v_answer;
end;
$$;
comment on function api.read_notification is 'Marks a notification as read; again changes nothing.
Refusals: not_found.';
grant execute on function api.read_notification to school_admin, school_staff, school_teacher, school_student;
