-- The dates of a plan: from p_from on, on the weekdays of the chosen classes, by (date, start time), p_total of them
-- at most; fewer come back when three years do not hold enough. Skipped: closed days and closures; of a plan that
-- starts today, a class that has begun; classes that do not begin after p_after (local time), if given; times at which
-- the student has a class already. With p_mind_rooms dates on which people who come once leave no place
-- (school.dates_full_of_visitors) are passed over, too; they come back marked is_full, besides the p_total.
-- One plan serves every plan of classes; to make one for each would cost more than to run it.
-- long: each step narrows the one before, and only together do they say which dates are left.
create or replace function school.class_dates(
  p_classroom_slot_ids uuid[],
  p_from date,
  p_total integer,
  p_student_id uuid,
  p_after timestamp default null,
  p_mind_rooms boolean default false
)
returns setof school.class_date
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return query
  with slots as (
    select
      k.id,
      k.teacher_id,
      t.start_time,
      t.end_time,
      p_from + (t.weekday - extract(isodow from p_from)::integer + 7) % 7 as first_date
    from school.classroom_slots as k
    join school.time_slot_templates as t on t.id = k.time_slot_id
    join school.operating_days as o on o.weekday = t.weekday
    where k.id = any (p_classroom_slot_ids)
      and o.is_open
  ),
  full_dates as materialized (
    select f.classroom_slot_id, f.class_date
    from school.dates_full_of_visitors(p_classroom_slot_ids, p_from) as f
    where p_mind_rooms
  ),
  -- In order before they are judged, so that no more are judged than are wanted.
  dates as (
    select
      s.first_date + 7 * w.week as class_date,
      s.id,
      s.start_time,
      s.end_time,
      s.teacher_id
    from slots as s
    cross join generate_series(0, 156) as w (week)
    where s.first_date + 7 * w.week < p_from + interval '3 years'
    order by class_date, s.start_time, s.id
    offset 0
  ),
  possible as (
    select
      d.class_date,
      d.id,
      d.start_time,
      d.end_time,
      coalesce(cs.teacher_id, d.teacher_id) as teacher_id,
      (d.id, d.class_date) in (select f.classroom_slot_id, f.class_date from full_dates as f) as is_full
    from dates as d
    left join school.class_substitutes as cs on cs.classroom_slot_id = d.id and cs.class_date = d.class_date
    where not (
        p_from = (select school.today())
        and d.class_date + d.start_time <= (select school.local_now())
      )
      and (p_after is null or d.class_date + d.start_time > p_after)
      and not exists (
        select
        from school.school_closures as c
        where d.class_date between c.start_date and c.end_date
      )
      and not exists (
        select
        from school.attendance as b
        where b.student_id = p_student_id
          and b.class_date = d.class_date
          and b.status <> 'cancelled'
          and b.start_time < d.end_time
          and d.start_time < b.end_time
      )
    order by d.class_date, d.start_time, d.id
    limit p_total + (select count(*) from full_dates)
  ),
  counted as (
    select p.*, count(*) filter (where not p.is_full) over (order by p.class_date, p.start_time, p.id) as found
    from possible as p
  )
  select c.class_date, c.id, c.start_time, c.end_time, c.teacher_id, c.is_full
  from counted as c
  where c.found <= p_total - c.is_full::integer
  order by c.class_date, c.start_time, c.id;
end;
$$;
comment on function school.class_dates(uuid[], date, integer, uuid, timestamp, boolean) is
  'The class dates of a plan, at most p_total, within three years.';
