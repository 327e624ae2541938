-- Of weekly classes as they are now, a row for each period in which one is held. For functions that count over all
-- rows. Places and people are added up each by themselves: side by side the planner, which does not know how many
-- there are, would compare every class and date with all people.
create or replace function school.occupancy(p_classroom_slot_ids uuid[], p_from date, p_to date, p_by api.report_step)
returns table (start date, places bigint, expected bigint)
language sql
stable
security invoker
set search_path = ''
as $$
  with held as materialized (
    select d.date, o.weekday, date_trunc(p_by, d.date::timestamp)::date as start
    from (select d::date as date from generate_series(p_from::timestamp, p_to::timestamp, '1 day') as d) as d
    join school.operating_days as o on o.weekday = extract(isodow from d.date) and o.is_open
    where not exists (
      select from school.school_closures as sc where d.date between sc.start_date and sc.end_date
    )
  ),
  places as (
    select h.start, sum(k.capacity) as places
    from school.classroom_slots as k
    join school.time_slot_templates as t on t.id = k.time_slot_id
    join held as h on h.weekday = t.weekday
    where k.id = any (p_classroom_slot_ids)
    group by h.start
  ),
  people as (
    select h.start, sum(n.expected) as expected
    from school.expected_by_date(p_classroom_slot_ids, p_from, p_to) as n
    join school.classroom_slots as k on k.id = n.classroom_slot_id
    join school.time_slot_templates as t on t.id = k.time_slot_id
    join held as h on h.date = n.class_date and h.weekday = t.weekday
    group by h.start
  )
  select p.start, p.places, coalesce(n.expected, 0)::bigint
  from places as p
  left join people as n on n.start = p.start;
$$;
comment on function school.occupancy(uuid[], date, date, api.report_step) is
  'Places of weekly classes and people expected, or seen, in them, by week or month.';
