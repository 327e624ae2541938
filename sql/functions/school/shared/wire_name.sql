-- inlined: api.get_me names every operation.
create or replace function school.wire_name(p_name text)
returns text
language sql
immutable
security invoker
as $$
  select pg_catalog.left(p_name, 1) operator(pg_catalog.||) pg_catalog.substr(
    pg_catalog.replace(pg_catalog.initcap(pg_catalog.replace(p_name, '_', ' ')), ' ', ''), 2
  );
$$;
comment on function school.wire_name(text) is
  'A name of SQL as on the wire: follow_up_date is followUpDate.';
