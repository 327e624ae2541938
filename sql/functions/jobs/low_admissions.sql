-- The plans to be told of on a date: with one to four classes left, and with none, each once per admission. Blocked and
-- cancelled admissions are silent, and so are renewed ones, whose student goes on, and those whose last class lies
-- more than sixty days back: history that is taken over, or a long time without jobs, is no news. The day is the one on
-- which the threshold was crossed: the day after the class that brought it, but not after p_on.
create or replace function jobs.low_admissions(p_on date)
returns setof school.news
language sql
stable
security invoker
set search_path = ''
as $$
  with recent as (
    select distinct b.admission_id as id
    from school.attendance as b
    where b.class_date >= p_on - 60
      and b.status <> 'cancelled'
  ),
  counted as (
    select
      a.id,
      a.lead_id,
      a.course_id,
      a.start_date,
      (count(*) filter (where b.status = 'scheduled' and b.class_date >= p_on))::integer as remaining,
      max(b.class_date) as last_date,
      (array_agg(b.class_date order by b.class_date desc, b.start_time desc))[5] as fifth_last_date
    from recent as r
    join school.admissions as a on a.id = r.id
    join school.attendance as b on b.admission_id = a.id and b.status <> 'cancelled'
    where a.status in ('active', 'completed')
      and not exists (select from school.admissions as na where na.renewed_from_id = a.id and na.status <> 'cancelled')
      and not exists (
        select
        from school.notification_events as e
        where e.entity_id = a.id
          and e.type = 'classes.remaining_0'
      )
    group by a.id
  ),
  crossed as (
    select c.*, case when c.remaining = 0 then 'classes.remaining_0' else 'classes.remaining_4' end as type
    from counted as c
    where c.remaining <= 4
  )
  select
    c.type,
    'admission',
    c.id,
    least(p_on, case when c.remaining = 0 then c.last_date + 1 else coalesce(c.fifth_last_date + 1, c.start_date) end),
    jsonb_build_object('leadId', c.lead_id, 'courseId', c.course_id, 'remaining', c.remaining)
  from crossed as c
  where not exists (
    select
    from school.notification_events as e
    where e.entity_id = c.id
      and e.type = c.type
  )
  order by c.id;
$$;
comment on function jobs.low_admissions(date) is 'The admissions that jobs.remaining_classes would tell of.';
