-- What an e-mail about a notification tells of: all that the same transaction made for its recipient, of types that are
-- mailed, in their order. Nobody is written to about a request to move a class that has ended undecided meanwhile.
create or replace function school.notices_of_mail(p_event_id uuid, p_recipient_user_id uuid)
returns setof school.notifications
language sql
stable
security invoker
set search_path = ''
as $$
  select n.*
  from school.notifications as fn
  join school.notifications as n on n.recipient_user_id = fn.recipient_user_id
    and n.transaction_id = fn.transaction_id
    and n.created_at = fn.created_at
  join school.notification_types as t on t.type = n.type and t.is_mailed
  where fn.event_id = p_event_id
    and fn.recipient_user_id = p_recipient_user_id
    and not exists (
      select
      from school.reschedule_requests as r
      where r.id = n.entity_id
        and n.type = 'reschedule.requested'
        and r.status in ('withdrawn', 'expired', 'closed')
    )
  order by n.sequence;
$$;
comment on function school.notices_of_mail(uuid, uuid) is 'The notifications that one e-mail tells of.';
