-- definer: keys are nobody's to write.
create or replace function school.keys_of_payment()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  select a.student_id, a.lead_owner_id, a.start_date
  into new.student_id, new.lead_owner_id, new.due_on
  from school.admissions as a
  where a.id = new.admission_id;
  return new;
end;
$$;
comment on function school.keys_of_payment() is
  'Trigger: a payment begins with the keys of its admission, and is due when that begins.';

create or replace trigger keys_of_payment before insert on school.admission_payments
for each row execute function school.keys_of_payment();
