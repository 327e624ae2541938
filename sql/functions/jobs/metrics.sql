-- What Prometheus is told that lies in the database: [{name, kind, help, label, labelValue, value}]. Each is found by
-- index, however long the school is there.
-- definer: the gateway reads no table; it learns counts and instants, and no row.
create or replace function jobs.metrics()
returns json
language sql
stable
security definer
set search_path = ''
as $$
  select json_agg(json_build_object(
    'name', m.name, 'kind', m.kind, 'help', m.help, 'label', m.label, 'labelValue', m.label_value, 'value', m.value
  ))
  from (
    select j.name, j.kind, j.help, j.label, j.label_value, j.value from jobs.job_metrics() as j
    union all
    select o.name, o.kind, o.help, o.label, o.label_value, o.value from jobs.outbox_metrics() as o
  ) as m;
$$;
comment on function jobs.metrics() is 'What a process tells Prometheus of jobs and outbox.';
grant execute on function jobs.metrics() to school_gateway;
