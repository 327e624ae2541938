-- Everybody who got a notification of these events of a type that is mailed, and can be written to, gets an e-mail,
-- unless they turned e-mails off (preference emailNotifications false), or the one who did it, who is the same for all
-- of them, had caused more events than a person does (school.causes_too_much). One cause is one e-mail: it is written
-- about the first notification, and tells of all that its transaction makes for this person, also of those still to
-- come (school.notices_of_mail). p_event_ids: in their order.
create or replace function school.write_mails(p_event_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  if (
    select school.causes_too_much(e.actor_user_id, e.sequence)
    from school.notification_events as e
    where e.id = p_event_ids[1]
  ) then
    return;
  end if;
  insert into school.deliveries (
    kind, type, event_id, entity_id, recipient_user_id, address, next_attempt_at, created_at
  )
  select 'email', f.type, f.event_id, f.entity_id, f.recipient_user_id, f.email, school.clock(), school.clock()
  from (
    select distinct on (n.recipient_user_id) n.type, n.event_id, n.entity_id, n.recipient_user_id, n.sequence, u.email
    from school.notifications as n
    join school.notification_types as t on t.type = n.type and t.is_mailed
    -- By key, however many notifications the planner expects.
    cross join lateral (
      select ou.email
      from school.users as ou
      left join school.user_settings as os on os.user_id = ou.id
      where ou.id = n.recipient_user_id
        and ou.email is not null
        and ou.status = 'active'
        and ou.deleted_at is null
        and (os.preferences -> 'emailNotifications') is distinct from 'false'::jsonb
      offset 0
    ) as u
    where n.event_id = any (p_event_ids)
    order by n.recipient_user_id, n.sequence
  ) as f
  where not exists (
    select
    from school.notifications as en
    join school.deliveries as ed on ed.event_id = en.event_id and ed.recipient_user_id = en.recipient_user_id
    where en.recipient_user_id = f.recipient_user_id
      and en.transaction_id = pg_current_xact_id()
      and en.created_at = (select school.clock())
  )
  order by f.sequence;
end;
$$;
comment on function school.write_mails(uuid[]) is 'Puts the e-mails that tell of events into the outbox.';
