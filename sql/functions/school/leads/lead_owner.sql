-- A lead whose owner is disabled or deleted, or may own no leads, counts as unowned.
create or replace function school.lead_owner(p_lead_id uuid)
returns uuid
language sql
stable
security invoker
set search_path = ''
as $$
  select u.id
  from school.leads as l
  join school.users as u on u.id = l.owner_id
  where l.id = p_lead_id
    and u.role in ('staff', 'admin', 'super_admin')
    and u.status = 'active'
    and u.deleted_at is null;
$$;
comment on function school.lead_owner(uuid) is 'The owner of a lead; null when there is none who could act.';
