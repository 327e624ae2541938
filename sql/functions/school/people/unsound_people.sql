-- Part of school.check_invariants: leads are owned by staff, and somebody runs the school.
create or replace function school.unsound_people()
returns table (code text, entity_id uuid, detail text)
language sql
stable
security invoker
set search_path = ''
as $$
  select 'lead_owned_by_no_staff', l.id, format('the owner is %s', u.role)
  from school.leads as l
  join school.users as u on u.id = l.owner_id
  where l.deleted_at is null
    and u.role not in ('staff', 'admin', 'super_admin')
  union all
  select 'no_super_admin', null, ''
  where exists (select from school.users as u where u.role = 'super_admin')
    and not exists (
      select from school.users as u where u.role = 'super_admin' and u.status = 'active' and u.deleted_at is null
    );
$$;
comment on function school.unsound_people() is 'Leads whose owner may own none, and a school without a super_admin.';
