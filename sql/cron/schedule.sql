-- Hands the schedule to pg_cron: one named job per row of jobs.schedule, run as school_jobs, which may call
-- jobs.run and nothing else. One that is switched off there is not run, whatever pg_cron knows of it. Run with psql, as
-- a superuser, in the database that has the pg_cron extension:
--
--   psql -v database=ostinato -f sql/cron/schedule.sql
--
-- Running it again updates the jobs. pg_cron reads cron expressions in cron.timezone, which is GMT unless it was
-- changed, and the expressions of jobs.schedule mean UTC; every job judges by the school's own date, so it makes no
-- difference to what is told, only to when.
\set ON_ERROR_STOP on
\if :{?database}
\else
  \set database :DBNAME
\endif

-- pg_cron's workers log in as the job's user. Jobs judge what others write meanwhile, whatever level the database
-- prefers.
alter role school_jobs login;
alter role school_jobs set default_transaction_isolation = 'read committed';

begin;

select cron.schedule_in_database(
  'ostinato ' || s.name,
  s.cron,
  format('select jobs.run(s.name) from jobs.schedule as s where s.name = %L and s.is_enabled', s.name),
  :'database',
  'school_jobs',
  s.is_enabled
)
from jobs.schedule as s
order by s.name;

-- Scheduling again leaves an existing job on or off as it was, and one that is no longer ours where it was.
select cron.alter_job(j.jobid, active := s.is_enabled)
from cron.job as j
join jobs.schedule as s on j.jobname = 'ostinato ' || s.name
where j.username = 'school_jobs'
  and j.database = :'database'
  and j.active <> s.is_enabled;

select cron.unschedule(j.jobid)
from cron.job as j
where j.jobname like 'ostinato %'
  and j.username = 'school_jobs'
  and j.database = :'database'
  and not exists (select from jobs.schedule as s where j.jobname = 'ostinato ' || s.name);

commit;
