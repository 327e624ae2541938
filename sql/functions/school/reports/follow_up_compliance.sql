-- An open follow-up is completed by what closes it or moves its date; it was due on the date that stood until then. On
-- time: completed on or before that date, by the school's calendar. Closing and moving in one call count once; moving
-- a follow-up that was done already completes nothing, it begins the next one. A row for each lead that had or has one.
create or replace function school.follow_up_compliance(p_lead_ids uuid[])
returns table (lead_id uuid, on_time bigint, late bigint, missed bigint, upcoming bigint)
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return query
  with moments as (
    select
      e.lead_id,
      e.created_at,
      min(e.old #>> '{}') filter (where e.field = 'followUpDate') as old_date,
      min(e.old #>> '{}') filter (where e.field = 'followUpStatus') as old_status
    from school.lead_audit_events as e
    where e.lead_id = any (p_lead_ids)
      and e.field in ('followUpDate', 'followUpStatus')
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
      s.lead_id,
      (s.created_at at time zone (select school.timezone()))::date <= coalesce(s.due::date, l.follow_up_date)
        as is_on_time,
      false as is_open,
      l.follow_up_date
    from states as s
    join school.leads as l on l.id = s.lead_id
    where coalesce(s.status, l.follow_up_status) = 'open'
    union all
    select l.id, null, true, l.follow_up_date
    from school.leads as l
    where l.id = any (p_lead_ids)
      and l.follow_up_status = 'open'
  )
  select
    j.lead_id,
    count(*) filter (where j.is_on_time),
    count(*) filter (where not j.is_on_time),
    count(*) filter (where j.is_open and j.follow_up_date < (select school.today())),
    count(*) filter (where j.is_open and j.follow_up_date >= (select school.today()))
  from judged as j
  group by j.lead_id;
end;
$$;
comment on function school.follow_up_compliance(uuid[]) is
  'Of leads, the follow-ups completed on time and late, missed and still to come.';
grant execute on function school.follow_up_compliance(uuid[]) to school_admin, school_staff, school_teacher;
