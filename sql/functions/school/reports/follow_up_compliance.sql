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
      min(e.old #>> '{}') filter (where e.field = 'followUpStatus') as old_status,
      l.follow_up_date,
      l.follow_up_status
    from school.lead_audit_events as e
    join school.leads as l on l.id = e.lead_id
    where e.field in ('followUpDate', 'followUpStatus')
      and l.deleted_at is null
    group by e.lead_id, e.created_at, l.follow_up_date, l.follow_up_status
  ),
  numbered as (
    select
      m.*,
      count(m.old_date) over later as date_changes,
      count(m.old_status) over later as status_changes
    from moments as m
    window later as (partition by m.lead_id order by m.created_at desc)
  ),
  -- What stood before a moment is the old value of the next change from then on, or what stands now.
  states as (
    select
      (n.created_at at time zone (select s.timezone from school.school_settings as s))::date as day,
      coalesce(max(n.old_date) over (partition by n.lead_id, n.date_changes), n.follow_up_date::text)::date as due,
      coalesce(max(n.old_status) over (partition by n.lead_id, n.status_changes), n.follow_up_status) as status
    from numbered as n
  ),
  completed as (
    select
      count(*) filter (where s.day <= s.due) as on_time,
      count(*) filter (where s.day > s.due) as late
    from states as s
    where s.status = 'open'
  )
  select
    (select c.on_time from completed as c),
    (select c.late from completed as c),
    count(*) filter (where l.follow_up_date < school.today()),
    count(*) filter (where l.follow_up_date >= school.today())
  from school.leads as l
  where l.follow_up_status = 'open'
    and l.deleted_at is null;
$$;
comment on function school.follow_up_compliance() is 'Follow-ups completed on time and late, missed and still to come.';
