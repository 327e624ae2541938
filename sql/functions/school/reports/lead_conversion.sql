-- p_by: source, owner or teacher. A lead is won (lost) when the last event that moved it took it to a won (lost) stage.
create or replace function school.lead_conversion(p_by text)
returns table (key text, name text, leads bigint, won bigint, lost bigint, rate numeric)
language sql
stable
security invoker
set search_path = ''
as $$
  with last_moves as (
    select distinct on (e.lead_id)
      e.lead_id,
      (e.new #>> '{}')::uuid as stage_id
    from school.lead_audit_events as e
    where e.field = 'stageId'
    order by e.lead_id, e.sequence desc
  )
  select
    k.key,
    case when p_by = 'source' then k.key else u.name end,
    count(*),
    count(*) filter (where s.kind = 'won'),
    count(*) filter (where s.kind = 'lost'),
    round(count(*) filter (where s.kind = 'won') / count(*)::numeric, 4)
  from school.leads as l
  join last_moves as n on n.lead_id = l.id
  join school.lead_stages as s on s.id = n.stage_id
  cross join lateral (
    select case p_by
      when 'source' then l.source
      when 'owner' then l.owner_id::text
      else l.assigned_teacher_id::text
    end as key
  ) as k
  left join school.users as u on p_by <> 'source' and u.id::text = k.key
  where l.deleted_at is null
  group by k.key, u.name;
$$;
comment on function school.lead_conversion(text) is
  'Leads, won, lost and rate by source, owner or teacher; the key is null for none.';
