-- An open follow-up is completed by what closes it or moves its date; it was due on the date that stood until then. On
-- time: completed on or before that date, by the school's calendar. Closing and moving in one call count once; moving
-- a follow-up that was done already completes nothing, it begins the next one.
create or replace function school.follow_up_compliance()
returns table ("onTime" bigint, late bigint, missed bigint, upcoming bigint)
language sql
stable
security invoker
set search_path = ''
as $$
  with moments as (
    select
      e.lead_id,
      e.created_at,
      min(e.old #>> '{}') filter (where e.field = 'followUpDate') as old_date,
      min(e.old #>> '{}') filter (where e.field = 'followUpStatus') as old_status
    from school.lead_audit_events as e
    where e.field in ('followUpDate', 'followUpStatus')
    group by e.lead_id, e.created_at
  ),
  -- What stood before a moment is the old value of the next change from then on, or what stands now.
  states as (
    select
      m.created_at,
      m.lead_id,
      (array_agg(m.old_date) filter (where m.old_date is not null) over later)[count(m.old_date) over later] as due,
      (array_agg(m.old_status) filter (where m.old_status is not null) over later)[count(m.old_status) over later]
        as status
    from moments as m
    window later as (partition by m.lead_id order by m.created_at desc)
  ),
  judged as (
    select
      (s.created_at at time zone (select s.timezone from school.school_settings as s))::date as day,
      coalesce(s.due::date, l.follow_up_date) as due
    from states as s
    join school.leads as l on l.id = s.lead_id
    where coalesce(s.status, l.follow_up_status) = 'open'
      and l.deleted_at is null
  ),
  completed as (
    select
      count(*) filter (where j.day <= j.due) as on_time,
      count(*) filter (where j.day > j.due) as late
    from judged as j
  )
  select
    (select c.on_time from completed as c),
    (select c.late from completed as c),
    count(*) filter (where l.follow_up_date < (select school.today())),
    count(*) filter (where l.follow_up_date >= (select school.today()))
  from school.leads as l
  where l.follow_up_status = 'open'
    and l.deleted_at is null;
$$;
comment on function school.follow_up_compliance() is 'Follow-ups completed on time and late, missed and still to come.';
