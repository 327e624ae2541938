create policy owner_all on jobs.schedule for all to school_owner using (true) with check (true);

create policy select_admin on jobs.schedule for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on jobs.schedule is 'Admins see every scheduled job.';
create policy select_jobs on jobs.schedule for select to school_jobs
  using (true);
comment on policy select_jobs on jobs.schedule is 'Who runs the jobs sees every scheduled one.';
-- no insert, update, delete: jobs.run writes; the schedule is the owner's

grant select on jobs.schedule to school_admin, school_jobs;
