-- E-mails that waited for more than p_max_age_hours die, also those between two attempts: who reads of last week's news
-- today is misled, and a copy of the school that is given an SMTP server must not write to everybody. One that is being
-- sent at this moment still counts as sent when it was. Answers how many.
-- definer: the sender writes no table.
create or replace function jobs.bury_mails(p_max_age_hours integer)
returns integer
language sql
volatile
security definer
set search_path = ''
as $$
  with old as (
    select d.id
    from school.deliveries as d
    where d.kind = 'email'
      and d.status = 'pending'
      and coalesce(d.retried_at, d.created_at) < school.clock() - make_interval(hours => p_max_age_hours)
    order by d.sequence
    for update skip locked
  ),
  buried as (
    update school.deliveries as d
    set status = 'dead', next_attempt_at = school.clock(), last_error = 'It is too old to be sent.'
    from old
    where d.id = old.id
    returning d.id
  )
  select count(*)::integer from buried;
$$;
comment on function jobs.bury_mails(integer) is 'Gives up e-mails that waited for too long.';
grant execute on function jobs.bury_mails(integer) to school_sender;
