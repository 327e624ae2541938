create policy owner_all on jobs.retention for all to school_owner using (true) with check (true);

create policy select_admin on jobs.retention for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on jobs.retention is 'Admins see how long every history is kept.';
create policy select_jobs on jobs.retention for select to school_jobs
  using (true);
comment on policy select_jobs on jobs.retention is 'Who runs the jobs sees how long every history is kept.';
-- no insert, update, delete: histories are evidence for and against those who run the school; who runs the database
-- says how long they are kept

grant select on jobs.retention to school_admin, school_jobs;
