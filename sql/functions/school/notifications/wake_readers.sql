-- The channel ostinato_notifications carries the keys of inboxes (auth.inbox_key) and nothing else: any login may
-- listen. Who is woken reads the rows under the recipient's own role.
create or replace function school.wake_readers()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform pg_notify('ostinato_notifications', auth.inbox_key(r.id))
  from (select distinct n.recipient_user_id as id from made as n) as r;
  return null;
end;
$$;
comment on function school.wake_readers() is 'Trigger: tells listeners whose inboxes have grown.';

create or replace trigger wake_readers
after insert on school.notifications
referencing new table as made
for each statement
execute function school.wake_readers();
