-- Which of a role's policies show a row to a person. Each condition is evaluated alone, as that person and with that
-- role, taken for one statement; what it asks of other tables is then what the person sees of them. The policies hold
-- for that statement, too, and take nothing away: a condition that is true shows the row. The transaction only reads
-- from here on. Raises forbidden for who may not see as others (auth.seen_as), as a login of one's own.
-- dynamic: the conditions are the catalog's text, and the table is its, too; nothing that anybody sent becomes SQL.
create or replace function school.holding_policies(p_user_id uuid, p_role name, p_table regclass, p_id uuid)
returns name[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_own_role text := current_setting('role');
  v_holding name[];
  -- The catalog's text, unquoted on purpose: @plpgsql_check_options: security_warnings = off
  v_question text := (
    select format(
      'select array_agg(h.name) from (%s) as h where h.holds',
      string_agg(
        format(
          'select %L::name as name, exists (select from %s where %I.id = $1 and (%s)) as holds',
          p.name, p_table, c.relname, p.condition
        ),
        ' union all '
      )
    )
    from school.policies_for(p_role, p_table) as p
    join pg_catalog.pg_class as c on c.oid = p_table
    having count(*) > 0
  );
begin
  perform set_config('transaction_read_only', 'on', true), set_config('ostinato.seen_as', p_user_id::text, true);
  if auth.seen_as() is distinct from p_user_id then
    perform school.fail('forbidden', 'Only a session over HTTP, and who may act as the owner, sees as others.');
  end if;
  if v_question is not null then
    perform set_config('role', p_role, true);
    execute v_question into v_holding using p_id;
    perform set_config('role', v_own_role, true);
  end if;
  perform set_config('ostinato.seen_as', '', true);
  return coalesce(v_holding, '{}');
end;
$$;
comment on function school.holding_policies(uuid, name, regclass, uuid) is
  'The policies of a role whose conditions hold for a row, as a person.';
grant execute on function school.holding_policies(uuid, name, regclass, uuid) to school_admin;
