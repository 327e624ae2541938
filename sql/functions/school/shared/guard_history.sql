-- Who deletes is told by the call stack, which nobody can set; how old what goes must be is the matter of
-- school.guard_kept_history.
create or replace function school.guard_history()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_stack text;
begin
  get diagnostics v_stack = pg_context;
  if tg_op = 'DELETE' and v_stack ~ '\mjobs\.remove_aged\(timestamp with time zone\)' then
    return null;
  end if;
  raise exception using
    errcode = 'insufficient_privilege',
    message = format('%s is append-only: nobody changes or deletes what it holds.', tg_table_name);
end;
$$;
comment on function school.guard_history() is
  'Trigger: histories are append-only, also against their owner and TRUNCATE; jobs.purge alone deletes.';

create or replace trigger append_only before update or delete or truncate on school.lead_audit_events
for each statement execute function school.guard_history();
create or replace trigger append_only before update or delete or truncate on school.notification_events
for each statement execute function school.guard_history();
create or replace trigger append_only before update or delete or truncate on school.attendance_history
for each statement execute function school.guard_history();
create or replace trigger append_only before update or delete or truncate on school.admission_payment_history
for each statement execute function school.guard_history();
