-- definer: closures are nobody's to write; admins decide.
create function api.delete_closure(p_closure_id uuid, p_if_match bigint default null)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_version bigint;
begin
  if not auth.is_admin() then
    perform school.fail('forbidden', 'Admins close and open the school.');
  end if;
  select c.version into v_version
  from school.school_closures as c
  where c.id = p_closure_id
  for update;
  perform school.require_row('closure', v_version, p_if_match);
  delete from school.school_closures where id = p_closure_id;
end;
$$;
comment on function api.delete_closure is
  'Removes a closure; the classes it cancelled stay cancelled, those it appended stay.
Refusals: not_found, version_mismatch.';
grant execute on function api.delete_closure to school_admin;
