-- definer: notifications and e-mails are nobody's to write.
create or replace function school.tell_recipients()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_ids uuid[] := array(
    select e.id
    from made as e
    where e.payload -> 'recipients' <> '[]'
    order by e.sequence
  );
begin
  if school.derive_notifications(v_ids) > 0 then
    perform school.write_mails(v_ids);
  end if;
  return null;
end;
$$;
comment on function school.tell_recipients() is
  'Trigger: events make their notifications, and the e-mails that tell of these, in their own transaction.';

create or replace trigger tell_recipients
after insert on school.notification_events
referencing new table as made
for each statement
execute function school.tell_recipients();
