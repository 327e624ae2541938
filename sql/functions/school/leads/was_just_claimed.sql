-- Whether a lead that was anybody's to claim got its owner within the last hour: who loses that race is told so,
-- later the lead is simply somebody else's. The owner a lead begins with is on record before its first stage.
create or replace function school.was_just_claimed(p_lead_id uuid)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select exists (
    select
    from school.leads as l
    join school.lead_audit_events as e on e.lead_id = l.id
    where l.id = p_lead_id
      and l.owner_id is not null
      and l.deleted_at is null
      and e.field = 'ownerId'
      and e.old is null
      and e.sequence > (
        select min(be.sequence)
        from school.lead_audit_events as be
        where be.lead_id = p_lead_id
          and be.field = 'stageId'
      )
      and e.created_at > (select school.clock()) - interval '1 hour'
  );
$$;
comment on function school.was_just_claimed(uuid) is 'Whether an unowned lead was claimed within the last hour.';
