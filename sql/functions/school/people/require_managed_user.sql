-- Locks the user and refuses whom the caller may not manage. Under the caller's policies FOR UPDATE would silently
-- drop an admin's row from an admin's sight, so the row is read first.
-- Raises not_found, forbidden, version_mismatch.
create or replace function school.require_managed_user(p_user_id uuid, p_if_match bigint)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_user record;
begin
  select u.role into v_user from school.users as u where u.id = p_user_id and u.deleted_at is null;
  if not found then
    perform school.fail_not_found('user');
  end if;
  if not auth.may_manage(v_user.role) then
    perform school.fail('forbidden', 'Only a super_admin manages admins and super_admins.');
  end if;
  select u.version into v_user
  from school.users as u
  where u.id = p_user_id
    and u.deleted_at is null
  for no key update;
  perform school.require_row('user', v_user.version, p_if_match);
end;
$$;
comment on function school.require_managed_user(uuid, bigint) is 'The user, locked, whom the caller manages.';
grant execute on function school.require_managed_user(uuid, bigint) to school_admin;
