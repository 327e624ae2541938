-- The one function from within which rows of histories and events go (school.guard_history), and since when they are
-- whole is written down.
-- long: one branch for each table.
create or replace function jobs.remove_aged(p_now timestamptz)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_removed integer;
begin
  with past as materialized (
    select r.kind, r.place from jobs.aged_rows(p_now) as r
  ),
  marked as (
    update jobs.retention as k
    set gone_before = greatest(k.gone_before, jobs.past_before(k.kind, p_now))
    where k.kind in (select p.kind from past as p)
  ),
  runs as (
    delete from jobs.runs as r using past as p where p.kind = 'run' and r.ctid = p.place returning p.kind
  ),
  notifications as (
    delete from school.notifications as n
    using past as p
    where p.kind = 'notification'
      and n.ctid = p.place
    returning p.kind
  ),
  events as (
    delete from school.notification_events as e
    using past as p
    where p.kind = 'notification_event'
      and e.ctid = p.place
    returning p.kind
  ),
  requests as (
    delete from school.access_requests as r
    using past as p
    where p.kind = 'access_request'
      and r.ctid = p.place
    returning p.kind
  ),
  of_leads as (
    delete from school.lead_audit_events as e
    using past as p
    where p.kind = 'lead_audit_event'
      and e.ctid = p.place
    returning p.kind
  ),
  of_classes as (
    delete from school.attendance_history as h
    using past as p
    where p.kind = 'attendance_history'
      and h.ctid = p.place
    returning p.kind
  ),
  of_payments as (
    delete from school.admission_payment_history as h
    using past as p
    where p.kind = 'admission_payment_history'
      and h.ctid = p.place
    returning p.kind
  )
  select count(*)
  into v_removed
  from (
    select from runs
    union all
    select from notifications
    union all
    select from events
    union all
    select from requests
    union all
    select from of_leads
    union all
    select from of_classes
    union all
    select from of_payments
  ) as r;
  return v_removed;
end;
$$;
comment on function jobs.remove_aged(timestamptz) is 'Removes what was kept long enough; answers how many rows.';
