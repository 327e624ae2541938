-- A follow-up is completed by the event that closes it or moves its date; it was due on the date that stood until
-- then. On time: completed on or before that date, by the school's calendar. Closing and moving in one call count once.
create or replace function school.follow_up_compliance()
returns table ("onTime" bigint, late bigint, missed bigint, upcoming bigint)
language sql
stable
security invoker
set search_path = ''
as $$
  with events as (
    select
      e.lead_id,
      e.field,
      e.sequence,
      e.created_at,
      e.old #>> '{}' as old,
      e.new #>> '{}' as new,
      l.follow_up_date
    from school.lead_audit_events as e
    join school.leads as l on l.id = e.lead_id
    where e.field in ('followUpDate', 'followUpStatus')
      and l.deleted_at is null
  ),
  completions as (
    select distinct on (e.lead_id, e.created_at)
      (e.created_at at time zone z.timezone)::date as completed_on,
      coalesce(
        case when e.field = 'followUpDate' then e.old::date end,
        (
          select n.old::date
          from events as n
          where n.lead_id = e.lead_id
            and n.field = 'followUpDate'
            and (n.created_at, n.sequence) >= (e.created_at, 0)
          order by n.sequence
          limit 1
        ),
        e.follow_up_date
      ) as due
    from events as e
    cross join school.school_settings as z
    where e.field = 'followUpDate'
      or e.new = 'done'
    order by e.lead_id, e.created_at, e.field
  )
  select
    (select count(*) from completions as c where c.completed_on <= c.due),
    (select count(*) from completions as c where c.completed_on > c.due),
    count(*) filter (where l.follow_up_date < school.today()),
    count(*) filter (where l.follow_up_date >= school.today())
  from school.leads as l
  where l.follow_up_status = 'open'
    and l.deleted_at is null;
$$;
comment on function school.follow_up_compliance() is 'Follow-ups completed on time and late, missed and still to come.';
