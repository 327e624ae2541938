-- For the policies of analysts: their rows are for logins that stand for nobody. A person's login that was made an
-- analyst besides sees what the person sees, also when the person has left.
-- definer: logins are nobody's to read.
create or replace function auth.is_nobody()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select session_user <> 'school_gateway'
    and not exists (select from auth.direct_logins as d where d.login = session_user);
$$;
comment on function auth.is_nobody() is 'Whether this login stands for no person of the school.';
grant execute on function auth.is_nobody() to school_analyst;
