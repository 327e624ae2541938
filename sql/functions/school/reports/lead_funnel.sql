-- A lead is in a stage from the event that moved it there to the next such event, or until now. Days are fractions.
create or replace function school.lead_funnel()
returns table (
  "stageId" uuid, name text, "position" integer, kind text, current bigint, entered bigint,
  "averageDays" numeric, "medianDays" numeric
)
language sql
stable
security invoker
set search_path = ''
as $$
  with stays as (
    select
      e.lead_id,
      (e.new #>> '{}')::uuid as stage_id,
      extract(epoch from
        coalesce(lead(e.created_at) over (partition by e.lead_id order by e.sequence), school.clock()) - e.created_at
      ) / 86400 as days
    from school.lead_audit_events as e
    join school.leads as l on l.id = e.lead_id
    where e.field = 'stageId'
      and l.deleted_at is null
  )
  select
    s.id,
    s.name,
    s.position,
    s.kind,
    (select count(*) from school.leads as l where l.stage_id = s.id and l.deleted_at is null),
    count(distinct t.lead_id),
    round(avg(t.days), 2),
    round((percentile_cont(0.5) within group (order by t.days))::numeric, 2)
  from school.lead_stages as s
  left join stays as t on t.stage_id = s.id
  where s.deleted_at is null
  group by s.id, s.name, s.position, s.kind;
$$;
comment on function school.lead_funnel() is 'The stages: leads in each, leads that ever were, days spent.';
