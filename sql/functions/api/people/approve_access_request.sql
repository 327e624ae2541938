-- definer: requests are nobody's to write; who may manage the wanted role is asked of the look-up.
create function api.approve_access_request(p_access_request_id uuid, p_role api.user_role default null)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_request school.access_requests;
  v_role text;
  v_user_id uuid;
begin
  v_request := school.claim_access_request(p_access_request_id);
  v_role := coalesce(p_role, v_request.role);
  if not auth.may_manage(v_role) then
    perform school.fail('forbidden', 'Only a super_admin lets admins and super_admins in.');
  end if;
  v_user_id := school.add_user(v_request.name, v_role, v_request.email, null);
  update school.access_requests
  set status = 'approved', user_id = v_user_id, reviewed_by = auth.user_id(), reviewed_at = school.clock()
  where id = p_access_request_id;
  return json_build_object(
    'accessRequest', (select row_to_json(r) from api.access_request as r where r.id = p_access_request_id),
    'user', (select row_to_json(u) from api.user as u where u.id = v_user_id),
    'activation', auth.new_activation(v_user_id, 'access.approved')
  );
end;
$$;
comment on function api.approve_access_request is 'Lets somebody in, in the wanted role or another.
The answer carries an activation token, once, with which the person sets a password within 72 hours; it is sent by '
  'e-mail, too.
Answers: approval.
Refusals: not_found, forbidden, already_decided, email_in_use.';
grant execute on function api.approve_access_request to school_admin;
