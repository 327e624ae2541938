create function api.delete_user(p_user_id uuid, p_if_match bigint default null)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform school.require_managed_user(p_user_id, p_if_match);
  update school.users set deleted_at = school.clock() where id = p_user_id;
end;
$$;
comment on function api.delete_user is 'Deletes a user; the e-mail may be used again, what the user did stays.
Refusals: not_found, forbidden, version_mismatch, last_super_admin, in_use.';
grant execute on function api.delete_user to school_admin;
