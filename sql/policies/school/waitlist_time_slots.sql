-- Seen by who sees the entry of the waiting list (its own policies decide).
create policy owner_all on school.waitlist_time_slots for all to school_owner using (true) with check (true);

create policy select_admin on school.waitlist_time_slots for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.waitlist_time_slots is 'Admins see the times of everybody who waits.';
create policy select_as_entry on school.waitlist_time_slots for select to school_staff, school_student
  using (exists (select from school.waitlist_entries as w where w.id = waitlist_entry_id));
comment on policy select_as_entry on school.waitlist_time_slots is
  'Staff and students see the times of the entries of the waiting list that they see.';
create policy select_analyst on school.waitlist_time_slots for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.waitlist_time_slots is
  'Analysts see the times of everybody who waits under a login that stands for no person.';
-- no insert, update, delete: functions write them

grant select on school.waitlist_time_slots to school_admin, school_staff, school_student, school_analyst;
