create policy owner_all on jobs.retention for all to school_owner using (true) with check (true);

create policy select_admin on jobs.retention for select to school_admin
  using ((select auth.is_admin()));
create policy select_jobs on jobs.retention for select to school_jobs
  using (true);
-- no insert, update, delete: histories are evidence for and against those who run the school; who runs the database
-- says how long they are kept

grant select on jobs.retention to school_admin, school_jobs;
