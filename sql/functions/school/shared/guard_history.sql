create or replace function school.guard_history()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  raise exception using
    errcode = 'insufficient_privilege',
    message = format('%s is append-only: nobody changes or deletes what it holds.', tg_table_name);
end;
$$;
comment on function school.guard_history() is
  'Trigger: histories are append-only, also against their owner and TRUNCATE.';

create or replace trigger append_only before update or delete or truncate on school.lead_audit_events
for each statement execute function school.guard_history();
create or replace trigger append_only before update or delete or truncate on school.notification_events
for each statement execute function school.guard_history();
create or replace trigger append_only before update or delete or truncate on school.attendance_history
for each statement execute function school.guard_history();
create or replace trigger append_only before update or delete or truncate on school.admission_payment_history
for each statement execute function school.guard_history();
