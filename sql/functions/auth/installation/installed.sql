-- definer: the gateway reads no table.
create or replace function auth.installed()
returns json
language sql
stable
security definer
set search_path = ''
as $$
  select json_build_object(
    'codeLayer', (select c.checksum from auth.code_layer as c),
    'migrations', coalesce((select json_object_agg(m.migration_id, m.sha256) from auth.migration_checksums as m), '{}')
  );
$$;
comment on function auth.installed() is 'What this database runs: {"codeLayer": checksum, "migrations": {id: sha256}}.';
grant execute on function auth.installed() to school_gateway;
