-- A lead is in a stage from the event that moved it there to the next such event, or until now; it is won (lost) when
-- the last of them took it to a won (lost) stage. Days are fractions.
-- long: one reading of the events answers both parts of the report.
create or replace function school.lead_progress()
returns table (funnel json, conversion json)
language sql
stable
security invoker
set search_path = ''
set work_mem = '64MB'
as $$
  with stays as materialized (
    select
      e.lead_id,
      (e.new #>> '{}')::uuid as stage_id,
      lead(e.sequence) over later is null as is_last,
      coalesce(lead(e.created_at) over later, (select school.clock())) - e.created_at as stay
    from school.lead_audit_events as e
    where e.field = 'stageId'
    window later as (partition by e.lead_id order by e.sequence)
  ),
  live as materialized (
    select t.*, l.source, l.owner_id, l.assigned_teacher_id
    from stays as t
    join school.leads as l on l.id = t.lead_id
    where l.deleted_at is null
  ),
  entered as (
    select n.stage_id, count(*) as leads
    from (select distinct t.stage_id, t.lead_id from live as t) as n
    group by n.stage_id
  ),
  spent as (
    select t.stage_id, avg(t.stay) as average, percentile_cont(0.5) within group (order by t.stay) as median
    from live as t
    group by t.stage_id
  ),
  present as (
    select l.stage_id, count(*) as leads from school.leads as l where l.deleted_at is null group by l.stage_id
  ),
  rates as (
    select
      case when grouping(t.source) = 0 then 'source' when grouping(t.owner_id) = 0 then 'owner' else 'teacher' end
        as side,
      coalesce(t.source, t.owner_id::text, t.assigned_teacher_id::text) as key,
      coalesce(t.owner_id, t.assigned_teacher_id) as user_id,
      count(*) as leads,
      count(*) filter (where s.kind = 'won') as won,
      count(*) filter (where s.kind = 'lost') as lost
    from live as t
    join school.lead_stages as s on s.id = t.stage_id
    where t.is_last
    group by grouping sets ((t.source), (t.owner_id), (t.assigned_teacher_id))
  ),
  named as (
    select
      r.side,
      json_agg(
        json_build_object(
          'key', r.key,
          'name', case when r.side = 'source' then r.key else u.name end,
          'leads', r.leads,
          'won', r.won,
          'lost', r.lost,
          'rate', round(r.won / r.leads::numeric, 4)
        )
        order by r.leads desc, r.key
      ) as items
    from rates as r
    left join school.users as u on u.id = r.user_id
    group by r.side
  )
  select
    (
      select coalesce(json_agg(
        json_build_object(
          'stageId', s.id,
          'stage', json_build_object('id', s.id, 'name', s.name),
          'name', s.name,
          'position', s.position,
          'kind', s.kind,
          'current', coalesce(p.leads, 0),
          'entered', coalesce(e.leads, 0),
          'averageDays', round(extract(epoch from d.average) / 86400, 2),
          'medianDays', round(extract(epoch from d.median) / 86400, 2)
        )
        order by s.position, s.id
      ), '[]')
      from school.lead_stages as s
      left join present as p on p.stage_id = s.id
      left join entered as e on e.stage_id = s.id
      left join spent as d on d.stage_id = s.id
      where s.deleted_at is null
    ),
    json_build_object(
      'bySource', coalesce((select n.items from named as n where n.side = 'source'), '[]'),
      'byOwner', coalesce((select n.items from named as n where n.side = 'owner'), '[]'),
      'byTeacher', coalesce((select n.items from named as n where n.side = 'teacher'), '[]')
    );
$$;
comment on function school.lead_progress() is
  'The stages: leads in each, leads that ever were, days spent; and leads, won, lost and rate by source, owner and '
  'teacher, the key null for none.';
