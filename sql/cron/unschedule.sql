-- Takes our jobs away from pg_cron. Run with psql, as a superuser, in the database that has the pg_cron extension.
\set ON_ERROR_STOP on

begin;

select j.jobname, cron.unschedule(j.jobid)
from cron.job as j
where j.jobname like 'ostinato %'
  and j.username = 'school_jobs'
order by j.jobname;

commit;

alter role school_jobs nologin;
