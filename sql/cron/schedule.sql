-- Hands the schedule to pg_cron: one named job per row of jobs.schedule, run as school_jobs, which may call
-- jobs.run and nothing else. One that is switched off there is not run, whatever pg_cron knows of it. Run with psql, as
-- a superuser, in the school's database; cron is the database that has the pg_cron extension, when it is another one:
--
--   psql --dbname=ostinato --set=cron=postgres --file=sql/cron/schedule.sql
--
-- Running it again updates the jobs. pg_cron reads cron expressions in cron.timezone, which is GMT unless it was
-- changed, and the expressions of jobs.schedule mean UTC; every job judges by the school's own date, so it makes no
-- difference to what is told, only to when.
\set ON_ERROR_STOP on
\set database :DBNAME
\if :{?cron}
\else
  \set cron :DBNAME
\endif

-- pg_cron's workers log in as the job's user. Jobs judge what others write meanwhile, whatever level the database
-- prefers.
alter role school_jobs login;
alter role school_jobs set default_transaction_isolation = 'read committed';

select coalesce(json_agg(s), '[]') as schedule
from jobs.schedule as s
\gset

\connect :cron

begin;

select cron.schedule_in_database(
  'ostinato ' || s.name,
  s.cron,
  format('select jobs.run(s.name) from jobs.schedule as s where s.name = %L and s.is_enabled', s.name),
  :'database',
  'school_jobs',
  s.is_enabled
)
from json_to_recordset(:'schedule') as s (name text, cron text, is_enabled boolean)
order by s.name;

-- Scheduling again leaves an existing job on or off as it was, and one that is no longer ours where it was.
select cron.alter_job(j.jobid, active := s.is_enabled)
from cron.job as j
join json_to_recordset(:'schedule') as s (name text, is_enabled boolean) on j.jobname = 'ostinato ' || s.name
where j.username = 'school_jobs'
  and j.database = :'database'
  and j.active <> s.is_enabled;

select cron.unschedule(j.jobid)
from cron.job as j
where j.jobname like 'ostinato %'
  and j.username = 'school_jobs'
  and j.database = :'database'
  and not exists (
    select
    from json_to_recordset(:'schedule') as s (name text)
    where j.jobname = 'ostinato ' || s.name
  );

commit;
