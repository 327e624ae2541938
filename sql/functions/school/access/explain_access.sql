-- Why a person sees a row, or does not: an api.access_explanation. p_view, when there is one, is what shows the table
-- on the wire, and leaves out what is deleted. Of a row that the caller does not see nothing is told.
-- What decides: a policy that shows the row; when none does, all that do not; before them that the person is disabled,
-- after them that the view leaves the row out. Raises unknown_reference, not_found, forbidden.
create or replace function school.explain_access(p_user_id uuid, p_table regclass, p_view regclass, p_id uuid)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_user school.users;
  v_role name;
  v_is_left_out boolean;
  v_holding name[];
begin
  select * into v_user from school.users as u where u.id = p_user_id and u.deleted_at is null;
  if v_user.id is null then
    perform school.fail_reference('userId');
  end if;
  if not school.holds_row(p_table, p_id) then
    perform school.fail('not_found', 'There is no such row.');
  end if;
  v_role := 'school_' || v_user.role;
  v_is_left_out := not school.holds_row(coalesce(p_view, p_table), p_id) and exists (
    select
    from pg_catalog.pg_attribute as a
    where a.attrelid = p_table
      and a.attname = 'deleted_at'
  );
  v_holding := school.holding_policies(p_user_id, v_role, p_table, p_id);
  return (
    with told as (
      select 1 as place, 'disabled' as name, true as decides, 'Hides it. Who is disabled sees nothing.' as in_words
      where v_user.status <> 'active'
      union all
      select
        2,
        p.name,
        v_user.status = 'active'
        and case when p.name = any (v_holding) then not v_is_left_out else v_holding = '{}' end,
        case when p.name = any (v_holding) then 'Shows it. ' else 'Does not show it. ' end || p.in_words
      from school.policies_for(v_role, p_table) as p
      union all
      select 3, 'none', v_user.status = 'active', format('Does not show it. No policy shows %s any of these.', v_role)
      where not exists (select from school.policies_for(v_role, p_table))
      union all
      select 4, c.relname, v_holding <> '{}', 'Leaves it out. It is deleted, and nobody is shown what is.'
      from pg_catalog.pg_class as c
      where c.oid = p_view
        and v_is_left_out
    )
    select row_to_json(row(
      v_holding <> '{}' and not v_is_left_out,
      array_agg(row(t.name, 'select', t.decides, t.in_words)::api.access_policy order by t.place, t.name)
    )::api.access_explanation)
    from told as t
  );
end;
$$;
comment on function school.explain_access(uuid, regclass, regclass, uuid) is
  'Which policies show a row to a person or hide it, in words.';
grant execute on function school.explain_access(uuid, regclass, regclass, uuid) to school_admin;
