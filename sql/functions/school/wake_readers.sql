-- The channel ostinato_notifications carries ids of recipients and nothing else; who listens reads the rows under the
-- recipient's own role.
create or replace function school.wake_readers()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform pg_notify('ostinato_notifications', new.recipient_user_id::text);
  return null;
end;
$$;
comment on function school.wake_readers() is 'Trigger: tells listeners whose inbox has grown.';

create or replace trigger wake_readers
after insert on school.notifications
for each row
execute function school.wake_readers();
