create function api.create_activation(p_user_id uuid)
returns json
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_answer json := auth.invite(p_user_id);
begin
  if v_answer is null then
    perform school.fail('invalid_state', 'The user has no e-mail and so no login.');
  end if;
  return v_answer;
end;
$$;
comment on function api.create_activation is 'Makes a new activation token for a user; earlier ones end.
Answers: activation.
Refusals: not_found, forbidden, invalid_state (a user without e-mail).';
grant execute on function api.create_activation to school_admin;
