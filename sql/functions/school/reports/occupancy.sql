-- Of weekly classes as they are now, a row for each period in which one is held. For functions that count over all
-- rows.
create or replace function school.occupancy(p_classroom_slot_ids uuid[], p_from date, p_to date, p_by api.report_step)
returns table (start date, places bigint, expected bigint)
language sql
stable
security invoker
set search_path = ''
as $$
  with held as (
    select d.date, o.weekday
    from (select d::date as date from generate_series(p_from::timestamp, p_to::timestamp, '1 day') as d) as d
    join school.operating_days as o on o.weekday = extract(isodow from d.date) and o.is_open
    where not exists (
      select from school.school_closures as sc where d.date between sc.start_date and sc.end_date
    )
  )
  select
    date_trunc(p_by, h.date::timestamp)::date,
    sum(k.capacity),
    coalesce(sum(n.expected), 0)
  from school.classroom_slots as k
  join school.time_slot_templates as t on t.id = k.time_slot_id
  join held as h on h.weekday = t.weekday
  left join school.expected_by_date(p_classroom_slot_ids, p_from, p_to) as n
    on n.classroom_slot_id = k.id
    and n.class_date = h.date
  where k.id = any (p_classroom_slot_ids)
  group by 1;
$$;
comment on function school.occupancy(uuid[], date, date, api.report_step) is
  'Places of weekly classes and people expected, or seen, in them, by week or month.';
