create function api.update_user(
  p_user_id uuid,
  p_name api.name_text default null,
  p_email api.email_address default null,
  p_phone api.phone_number default null,
  p_role api.user_role default null,
  p_status api.user_status default null,
  p_present text[] default '{}',
  p_if_match bigint default null
)
returns api.user
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_answer api.user;
begin
  perform school.require_managed_user(p_user_id, p_if_match);
  if 'role' = any (p_present) and not auth.may_manage(p_role) then
    perform school.fail('forbidden', 'Only a super_admin makes admins and super_admins.');
  end if;
  if 'email' = any (p_present) and exists (
    select
    from school.users as u
    where u.email || '' = school.clean_email(p_email)
      and u.deleted_at is null
      and u.id <> p_user_id
  ) then
    perform school.fail_email_in_use(school.clean_email(p_email));
  end if;
  update school.users as u
  set
    name = school.patched(p_present, 'name', school.clean(p_name), u.name),
    email = school.patched(p_present, 'email', school.clean_email(p_email), u.email),
    phone = school.patched(p_present, 'phone', school.clean(p_phone), u.phone),
    role = school.patched(p_present, 'role', p_role, u.role),
    status = school.patched(p_present, 'status', p_status, u.status)
  where u.id = p_user_id;
  select * into v_answer from api.user as u where u.id = p_user_id;
  return v_answer;
exception
  when unique_violation then
    perform school.fail_email_in_use(school.clean_email(p_email));
    return null; -- never reached
end;
$$;
comment on function api.update_user is
  'Changes a user. A new role or status ends the user''s sessions at once, a new e-mail the activation tokens sent to '
  'the old one.
With the role goes what only that role may have: leads are handed back, unowned, and courses are taught no more.
Refusals: not_found, forbidden, version_mismatch, email_in_use, last_super_admin, in_use.';
grant execute on function api.update_user to school_admin;
