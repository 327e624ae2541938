-- The stays come from the audit events, as analytics.lead_stages tells them; days are fractions.
create or replace function school.lead_funnel(p_lead_ids uuid[])
returns json
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return (
    with spent as (
      select
        t.stage_id,
        count(distinct t.lead_id) as leads,
        avg(t.time_in_stage) as average,
        percentile_cont(0.5) within group (order by t.time_in_stage) as median
      from analytics.lead_stages as t
      where t.lead_id = any (p_lead_ids)
      group by t.stage_id
    ),
    present as (
      select l.stage_id, count(*) as leads from school.leads as l where l.id = any (p_lead_ids) group by l.stage_id
    )
    select coalesce(json_agg(
      json_build_object(
        'stageId', s.id,
        'stage', json_build_object('id', s.id, 'name', s.name),
        'name', s.name,
        'position', s.position,
        'kind', s.kind,
        'current', coalesce(p.leads, 0),
        'entered', coalesce(d.leads, 0),
        'averageDays', round(extract(epoch from d.average) / 86400, 2),
        'medianDays', round(extract(epoch from d.median) / 86400, 2)
      )
      order by s.position, s.id
    ), '[]')
    from school.lead_stages as s
    left join present as p on p.stage_id = s.id
    left join spent as d on d.stage_id = s.id
    where s.deleted_at is null
  );
end;
$$;
comment on function school.lead_funnel(uuid[]) is
  'The stages: how many of the leads are in each, how many ever were, and days spent.';
grant execute on function school.lead_funnel(uuid[]) to school_admin, school_staff, school_teacher;
