-- definer: identity is looked up in tables callers may not read.
create or replace function auth.may_manage(p_role text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select
    from auth.identity() as i
    where i.role = 'super_admin'
      or (i.role = 'admin' and p_role in ('staff', 'teacher', 'student'))
  );
$$;
comment on function auth.may_manage(text) is 'Whether the acting user creates, changes and removes users of this role.';
grant execute on function auth.may_manage(text) to school_admin;
