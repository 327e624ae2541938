-- For functions that run with the owner's rights; everybody else reads school.leads under its policies.
create or replace function school.sees_lead(p_lead_id uuid)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select exists (
    select
    from auth.identity() as i
    join school.lead_sight as s
      on s.viewer_role = i.role
      and s.viewer_id = any (array[i.user_id, '00000000-0000-0000-0000-000000000000'])
    where s.id = p_lead_id
  );
$$;
comment on function school.sees_lead(uuid) is 'Whether the acting user sees a lead.';
