-- dynamic: the relation is one of the catalog's, as it quotes it.
create or replace function school.holds_row(p_relation regclass, p_id uuid)
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_holds boolean;
begin
  execute format('select exists (select from %s as r where r.id = $1)', p_relation) into v_holds using p_id;
  return v_holds;
end;
$$;
comment on function school.holds_row(regclass, uuid) is 'Whether the caller finds a row in a table or view by its id.';
grant execute on function school.holds_row(regclass, uuid) to school_admin;
