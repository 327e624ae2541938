-- A row for each source, owner, teacher and period of entry; side says which. Won or lost is what is in such a stage.
create or replace function school.lead_conversion(p_lead_ids uuid[], p_by api.report_step)
returns table (side text, key text, start date, leads bigint, won bigint, lost bigint, follow_ups json)
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return query
  with known as (
    select
      l.source,
      l.owner_id,
      l.assigned_teacher_id,
      date_trunc(p_by, l.created_at at time zone (select school.timezone()))::date as start,
      s.kind,
      f.*
    from school.leads as l
    join school.lead_stages as s on s.id = l.stage_id
    left join school.follow_up_compliance(p_lead_ids) as f on f.lead_id = l.id
    where l.id = any (p_lead_ids)
  )
  select
    case
      when grouping(n.source) = 0 then 'source'
      when grouping(n.owner_id) = 0 then 'owner'
      when grouping(n.assigned_teacher_id) = 0 then 'teacher'
      when grouping(n.start) = 0 then 'period'
      else 'all'
    end,
    coalesce(n.source, n.owner_id::text, n.assigned_teacher_id::text),
    n.start,
    count(*),
    count(*) filter (where n.kind = 'won'),
    count(*) filter (where n.kind = 'lost'),
    json_build_object(
      'onTime', coalesce(sum(n.on_time), 0),
      'late', coalesce(sum(n.late), 0),
      'missed', coalesce(sum(n.missed), 0),
      'upcoming', coalesce(sum(n.upcoming), 0)
    )
  from known as n
  group by grouping sets ((n.source), (n.owner_id), (n.assigned_teacher_id), (n.start), ());
end;
$$;
comment on function school.lead_conversion(uuid[], api.report_step) is
  'How many leads are won and lost, and how their follow-ups were kept, by source, owner, teacher and period.';
grant execute on function school.lead_conversion(uuid[], api.report_step) to school_admin, school_staff, school_teacher;
