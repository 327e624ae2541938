create or replace function auth.account_of(p_user_id uuid)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(u.email, u.id::text) from school.users as u where u.id = p_user_id;
$$;
comment on function auth.account_of(uuid) is
  'What attempts at a user''s password are counted by: the e-mail, as for a login.';
