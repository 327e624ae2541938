-- Rows that were kept for as long as jobs.retention says, as seen from an instant, the oldest first, by index. What
-- something stands on stays, however old:
--
-- - of each job the last run that did it: from there on the days that were missed are made up for,
-- - an event of which a delivery is kept, and a reminder while it would be given again (jobs.due_follow_ups,
--   jobs.low_admissions). What goes, goes with its notifications, read or not: they are derived from it,
-- - the moves of leads through the stages, which reports and the pipeline are read from.
--
-- Runs are dated by the server's clock, not by the school's.
-- long: one branch for each table.
create or replace function jobs.aged_rows(p_now timestamptz)
returns table (kind text, place tid)
language sql
stable
security invoker
set search_path = ''
as $$
  with events as materialized (
    select e.id, e.ctid as place
    from school.notification_events as e
    where e.created_at < (select jobs.past_before('notification_event', p_now))
      -- Each by its key: "offset 0" keeps the planner from reading the tables whole.
      and not exists (select from school.deliveries as d where d.event_id = e.id offset 0)
      and not exists (
        select
        from school.leads as l
        where l.id = e.entity_id
          and e.type = 'follow_up.due'
          and l.follow_up_status = 'open'
          and l.follow_up_date = e.day
        offset 0
      )
      and not exists (
        select
        from school.admissions as a
        where a.id = e.entity_id
          and e.type in ('classes.remaining_4', 'classes.remaining_0')
          and a.status in ('active', 'blocked')
        offset 0
      )
    order by e.created_at, e.id
    limit jobs.most_purged()
  )
  select 'notification_event', e.place from events as e
  union all
  (
    select 'notification', l.place
    from events as e
    cross join lateral (
      select n.ctid as place from school.notifications as n where n.event_id = e.id offset 0
    ) as l
    union
    (
      select 'notification', n.ctid
      from school.notifications as n
      where n.read_at < (select jobs.past_before('notification', p_now))
      order by n.read_at
      limit jobs.most_purged()
    )
  )
  union all
  (
    select 'run', l.place
    from jobs.schedule as s
    cross join lateral (
      select r.ctid as place
      from jobs.runs as r
      where r.name = s.name
        and r.started_at < (select jobs.past_before('run', least(p_now, now())))
        and (r.rows_made is null or exists (
          select
          from jobs.runs as nr
          where nr.name = r.name
            and nr.started_at > r.started_at
            and nr.started_at <= now()
            and nr.rows_made is not null
          offset 0
        ))
      order by r.started_at
      limit jobs.most_purged()
    ) as l
    limit jobs.most_purged()
  )
  union all
  (
    select 'access_request', r.ctid
    from school.access_requests as r
    where r.status = 'rejected'
      and r.created_at < (select jobs.past_before('access_request', p_now))
      and r.reviewed_at < (select jobs.past_before('access_request', p_now))
    order by r.created_at, r.id
    limit jobs.most_purged()
  )
  union all
  (
    select 'lead_audit_event', e.ctid
    from school.lead_audit_events as e
    where e.created_at < (select jobs.past_before('lead_audit_event', p_now))
      and e.field <> 'stageId'
    order by e.created_at
    limit jobs.most_purged()
  )
  union all
  (
    select 'attendance_history', h.ctid
    from school.attendance_history as h
    where h.created_at < (select jobs.past_before('attendance_history', p_now))
    order by h.created_at
    limit jobs.most_purged()
  )
  union all
  (
    select 'admission_payment_history', h.ctid
    from school.admission_payment_history as h
    where h.created_at < (select jobs.past_before('admission_payment_history', p_now))
    order by h.created_at
    limit jobs.most_purged()
  );
$$;
comment on function jobs.aged_rows(timestamptz) is 'Rows that jobs.purge would remove as they were kept long enough.';
