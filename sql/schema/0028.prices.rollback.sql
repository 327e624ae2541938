alter table school.admission_payment_history
  drop column new_due_on,
  drop column old_due_on;
alter table school.admission_payments
  drop column paid_on,
  drop column due_on;
alter table school.admissions drop column price;
