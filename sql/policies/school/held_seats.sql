-- Seen by who sees the entry of the waiting list (its own policies decide).
create policy owner_all on school.held_seats for all to school_owner using (true) with check (true);

create policy select_admin on school.held_seats for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.held_seats is 'Admins see every seat that is held.';
create policy select_as_entry on school.held_seats for select to school_staff, school_student
  using (exists (select from school.waitlist_entries as w where w.id = waitlist_entry_id));
comment on policy select_as_entry on school.held_seats is
  'Staff and students see the seats held for the entries of the waiting list that they see.';
create policy select_analyst on school.held_seats for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.held_seats is
  'Analysts see every seat that is held under a login that stands for no person.';
-- no insert, update, delete: functions write them

grant select on school.held_seats to school_admin, school_staff, school_student, school_analyst;
