-- History is seen by who sees the payment (its own policies decide).
create policy owner_all on school.admission_payment_history for all to school_owner using (true) with check (true);

create policy select_admin on school.admission_payment_history for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.admission_payment_history is 'Admins see every change of a payment.';
create policy select_as_payment on school.admission_payment_history for select to school_staff, school_student
  using (exists (select from school.admission_payments as p where p.id = admission_payment_id));
comment on policy select_as_payment on school.admission_payment_history is
  'Staff and students see the changes of the payments that they see.';
-- no insert, update, delete: functions append, nobody changes

grant select on school.admission_payment_history to school_admin;
-- without the notes: this policy is judged after a condition on them
grant select (
  id, sequence, admission_payment_id, old_status, new_status, old_due_on, new_due_on, actor_user_id, created_at
) on school.admission_payment_history
to school_staff, school_student;
