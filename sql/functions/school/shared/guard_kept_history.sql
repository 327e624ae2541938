-- tg_argv[0] is the kind of jobs.retention.
create or replace function school.guard_kept_history()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_past_before timestamptz := jobs.past_before(tg_argv[0], school.clock());
begin
  if exists (select from gone as g where (g.created_at < v_past_before) is not true) then
    raise exception using
      errcode = 'insufficient_privilege',
      message = format('%s: jobs.retention keeps what was to be deleted.', tg_table_name);
  end if;
  return null;
end;
$$;
comment on function school.guard_kept_history() is
  'Trigger: of a history nothing goes before its time, whoever deletes.';

create or replace trigger goes_in_its_time after delete on school.lead_audit_events
referencing old table as gone
for each statement execute function school.guard_kept_history('lead_audit_event');
create or replace trigger goes_in_its_time after delete on school.notification_events
referencing old table as gone
for each statement execute function school.guard_kept_history('notification_event');
create or replace trigger goes_in_its_time after delete on school.attendance_history
referencing old table as gone
for each statement execute function school.guard_kept_history('attendance_history');
create or replace trigger goes_in_its_time after delete on school.admission_payment_history
referencing old table as gone
for each statement execute function school.guard_kept_history('admission_payment_history');
