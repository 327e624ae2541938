-- A date is judged at the present time of day.
create or replace function jobs.offers_to_expire(p_on date)
returns uuid[]
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(array_agg(w.id order by w.id), '{}')
  from school.waitlist_entries as w
  where w.status = 'offered'
    and w.offer_expires_at <= (select school.clock() + make_interval(days => p_on - school.today()));
$$;
comment on function jobs.offers_to_expire(date) is 'The entries of the waiting list whose offer has run out by a date.';
