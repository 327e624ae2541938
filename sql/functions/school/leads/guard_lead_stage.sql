-- Raises in_use.
-- definer: what stands in the way is judged over all rows.
create or replace function school.guard_lead_stage()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform school.require_unused('Leads are in this stage', (
    select coalesce(
      jsonb_agg(jsonb_build_object('kind', 'lead', 'id', b.id, 'message', b.name) order by b.name, b.id), '[]'
    )
    from (
      select l.id, l.name
      from school.leads as l
      where l.stage_id = old.id
        and l.deleted_at is null
      order by l.name, l.id
      limit 100
    ) as b
  ));
  return new;
end;
$$;
comment on function school.guard_lead_stage() is 'Trigger: a stage with leads is not deleted.';

create or replace trigger guard_lead_stage
before update of deleted_at on school.lead_stages
for each row
when (old.deleted_at is null and new.deleted_at is not null)
execute function school.guard_lead_stage();
