create function api.create_user(
  p_name api.name_text,
  p_role api.user_role,
  p_email api.email_address default null,
  p_phone api.phone_number default null
)
returns json
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid;
begin
  if not auth.may_manage(p_role) then
    perform school.fail('forbidden', 'Only a super_admin creates admins and super_admins.');
  end if;
  v_id := school.add_user(p_name, p_role, p_email, p_phone);
  return (
    select (row_to_json(u)::jsonb || jsonb_build_object('activation', auth.invite(v_id)))::json
    from api.user as u
    where u.id = v_id
  );
end;
$$;
comment on function api.create_user is 'Adds a user.
The answer carries an activation token, once, with which the person sets a password within 72 hours; null without '
  'e-mail.
Answers: user and invitation.
Refusals: forbidden, email_in_use.';
grant execute on function api.create_user to school_admin;
