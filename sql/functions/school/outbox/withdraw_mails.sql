-- Nobody gets an e-mail about a request that was gone before the e-mail went out (school.notices_of_mail); one that
-- tells of nothing else goes. The notification stays.
create or replace function school.withdraw_mails()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  v_withdrawn_ids uuid[];
begin
  select array_agg(n.id)
  into v_withdrawn_ids
  from written as n
  join before as o on o.id = n.id
  where o.status = 'pending'
    and n.status in ('withdrawn', 'expired', 'closed');
  if v_withdrawn_ids is not null then
    delete from school.deliveries as d
    using school.notification_events as e
    where e.entity_id = any (v_withdrawn_ids)
      and e.type = 'reschedule.requested'
      and d.event_id = e.id
      and d.kind = 'email'
      and d.status = 'pending'
      and not exists (select from school.notices_of_mail(d.event_id, d.recipient_user_id));
  end if;
  return null;
end;
$$;
comment on function school.withdraw_mails() is
  'Trigger: what is withdrawn before its e-mail is sent is not written about.';

create or replace trigger withdraw_mails
after update on school.reschedule_requests
referencing old table as before new table as written
for each statement
execute function school.withdraw_mails();
