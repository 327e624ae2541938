-- A login that only reads has the rights of its person's role, and default_transaction_read_only can be lifted by SET.
-- So every table there is asks who writes, whatever function writes for them. The gateway and the senders are not
-- direct logins, and are not asked.
-- definer: reads what a login may, which callers may not.
create or replace function auth.guard_read_only()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if exists (select from auth.direct_logins as d where d.login = session_user and d.read_only) then
    perform school.fail('forbidden', 'This login only reads.');
  end if;
  return null;
end;
$$;
comment on function auth.guard_read_only() is 'Trigger: a direct login that only reads writes nothing.';

do $$
declare
  v_table regclass;
begin
  for v_table in
    select c.oid
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in ('school', 'auth', 'jobs')
      and c.relkind in ('r', 'p')
  loop
    execute format(
      'create or replace trigger guard_read_only before insert or update or delete or truncate on %s'
      ' for each statement when (session_user not in (''school_gateway'', ''school_sender''))'
      ' execute function auth.guard_read_only()',
      v_table
    );
  end loop;
end
$$;
