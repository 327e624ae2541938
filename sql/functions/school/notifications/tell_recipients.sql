-- definer: notifications are nobody's to write.
create or replace function school.tell_recipients()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform school.derive_notifications(new);
  return null;
end;
$$;
comment on function school.tell_recipients() is 'Trigger: an event makes its notifications, in its own transaction.';

create or replace trigger tell_recipients
after insert on school.notification_events
for each row
when (new.payload -> 'recipients' <> '[]')
execute function school.tell_recipients();
