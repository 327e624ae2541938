-- How many of these times one person can take at most: always the one that ends first, then the next that begins
-- after it.
create or replace function school.most_together(p_times school.weekly_time[])
returns integer
language sql
immutable
security invoker
set search_path = ''
as $$
  with recursive taken as (
    (
      select c.weekday, c.end_time
      from unnest(p_times) as c
      order by c.weekday, c.end_time
      limit 1
    )
    union all
    select n.weekday, n.end_time
    from taken as l
    cross join lateral (
      select c.weekday, c.end_time
      from unnest(p_times) as c
      where c.weekday > l.weekday
        or (c.weekday = l.weekday and c.start_time >= l.end_time)
      order by c.weekday, c.end_time
      limit 1
    ) as n
  )
  select count(*)::integer from taken;
$$;
comment on function school.most_together(school.weekly_time[]) is 'How many times of a week do not overlap, at most.';
