-- Seats are not a student's to count. A person's login stays a member of its role when the person is disabled, and a
-- login may be a member without being a person's at all: neither is anybody. Analysts are nobody by design; a person's
-- login is no analyst's.
create or replace function auth.may_read_counts()
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select exists (select from auth.identity() as i where i.role <> 'student')
    or (pg_has_role(session_user, 'school_analyst', 'member') and auth.is_nobody());
$$;
comment on function auth.may_read_counts() is
  'Whether the caller is an active person who is no student, or an analyst.';
