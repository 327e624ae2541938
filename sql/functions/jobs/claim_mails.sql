-- Takes e-mails to send, for p_lease_seconds: the attempt counts from here on, and a sender that ends without a word is
-- held to have failed when they have passed. E-mails to people who have left, or lost their address, die here, as do
-- those whose last sender never came back, those that waited for more than p_max_age_hours, and those that have nothing
-- to tell of any more. Their text is made here: an e-mail of an event waits without one. Answers
-- [{id, attempt, address, name, subject, body}], oldest first.
-- definer: the sender reads and writes no table.
create or replace function jobs.claim_mails(p_limit integer, p_lease_seconds integer, p_max_age_hours integer)
returns json
language sql
volatile
security definer
set search_path = ''
as $$
  select jobs.bury_mails(p_max_age_hours);
  with due as (
    select d.id
    from school.deliveries as d
    where d.kind = 'email'
      and d.status = 'pending'
      and d.next_attempt_at <= school.clock()
    order by d.next_attempt_at, d.sequence
    limit p_limit
    for update skip locked
  ),
  judged as (
    select
      d.id,
      u.name,
      u.email,
      coalesce(m.subject, d.subject) as subject,
      coalesce(m.body, d.body) as body,
      case
        when u.id is null then 'The person has no address any more, or no access.'
        when coalesce(d.retried_at, d.created_at) < school.clock() - make_interval(hours => p_max_age_hours)
          then 'It is too old to be sent.'
        when t.expires_at <= school.clock() then 'The activation token is past.'
        when jobs.delivery_delay(d.attempts) is null then 'The sender ended before it could tell.'
        when coalesce(m.body, d.body) is null then 'There is nothing to tell of any more.'
      end as reason
    from due
    join school.deliveries as d on d.id = due.id
    left join school.users as u on u.id = d.recipient_user_id
      and u.email is not null
      and u.status = 'active'
      and u.deleted_at is null
    left join auth.activation_tokens as t on t.token_hash = d.activation_token_hash
    left join lateral school.notification_mail(d.event_id, d.recipient_user_id) as m on true
  ),
  claimed as (
    update school.deliveries as d
    set
      status = case when j.reason is null then 'pending' else 'dead' end,
      address = coalesce(j.email, d.address),
      subject = j.subject,
      attempts = d.attempts + case when j.reason is null then 1 else 0 end,
      next_attempt_at = school.clock() + make_interval(secs => p_lease_seconds),
      last_error = coalesce(j.reason, d.last_error)
    from judged as j
    where d.id = j.id
    returning d.id, d.sequence, d.status, d.attempts, d.address, j.name, d.subject, j.body
  )
  select coalesce(json_agg(
    json_build_object(
      'id', c.id, 'attempt', c.attempts, 'address', c.address, 'name', c.name, 'subject', c.subject, 'body', c.body
    )
    order by c.sequence
  ), '[]')
  from claimed as c
  where c.status = 'pending';
$$;
comment on function jobs.claim_mails(integer, integer, integer) is 'Takes e-mails to send.';
grant execute on function jobs.claim_mails(integer, integer, integer) to school_sender;
