create or replace function school.admins()
returns uuid[]
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(array_agg(u.id), '{}')
  from school.users as u
  where u.role in ('admin', 'super_admin')
    and u.status = 'active'
    and u.deleted_at is null;
$$;
comment on function school.admins() is 'All active admins and super_admins.';
