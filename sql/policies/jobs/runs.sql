create policy owner_all on jobs.runs for all to school_owner using (true) with check (true);

create policy select_admin on jobs.runs for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on jobs.runs is 'Admins see every run of a job.';
create policy select_jobs on jobs.runs for select to school_jobs
  using (true);
comment on policy select_jobs on jobs.runs is 'Who runs the jobs sees every run of one.';
-- no insert, update, delete: jobs.run writes; the schedule is the owner's

grant select on jobs.runs to school_admin, school_jobs;
