-- definer: the history is nobody's to write.
create or replace function school.audit_payment()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into school.admission_payment_history (
    admission_payment_id, old_status, new_status, old_notes, new_notes, old_due_on, new_due_on,
    actor_user_id, request_id, created_at
  )
  values (
    new.id, old.status, new.status, old.notes, new.notes, old.due_on, new.due_on,
    auth.user_id(), auth.setting('ostinato.request_id'), school.clock()
  );
  return null;
end;
$$;
comment on function school.audit_payment() is 'Trigger: every change of a payment is on record.';

create or replace trigger audit_payment
after update on school.admission_payments
for each row
when (
  old.status is distinct from new.status
  or old.notes is distinct from new.notes
  or old.due_on is distinct from new.due_on
)
execute function school.audit_payment();
