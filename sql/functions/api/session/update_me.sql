-- E-mail and role are an admin's to change: the e-mail is the login.
-- definer: nobody but admins may write users otherwise.
create function api.update_me(
  p_name api.name_text default null,
  p_phone api.phone_number default null,
  p_present text[] default '{}',
  p_if_match bigint default null
)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_version bigint;
begin
  select u.version into v_version from school.users as u where u.id = auth.user_id() for no key update;
  if not found then
    perform school.fail('unauthenticated', 'Nobody is logged in.');
  end if;
  perform school.require_version(v_version, p_if_match);
  update school.users as u
  set
    name = school.patched(p_present, 'name', school.clean(p_name), u.name),
    phone = school.patched(p_present, 'phone', school.clean(p_phone), u.phone)
  where u.id = auth.user_id();
  return api.get_me();
end;
$$;
comment on function api.update_me is 'Changes the caller''s own name and phone.
Answers: user and standing.
Refusals: version_mismatch.';
grant execute on function api.update_me to school_admin, school_staff, school_teacher, school_student;
