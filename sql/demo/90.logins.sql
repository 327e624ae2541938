-- One login per role. Each opens the account with its activation token, as people do, and logs out again.
do $$
declare
  v_login record;
  v_token text;
begin
  for v_login in
    select p.email, (p.answer ->> 'id')::uuid as user_id
    from demo.people as p
    where p.email in ('office@ostinato.example', 'staff@ostinato.example', 'teacher@ostinato.example')
    union all
    select s.email, (s.answer ->> 'studentId')::uuid
    from demo.students as s
    where s.email = 'student@ostinato.example'
  loop
    perform demo.act_as('director@ostinato.example');
    v_token := api.create_activation(v_login.user_id) ->> 'token';
    perform set_config('role', 'none', true);
    perform auth.activate(
      p_token => v_token,
      p_password_hash => auth.setting('ostinato.demo_password_hash'),
      p_password_length => auth.setting('ostinato.demo_password_length')::integer,
      p_client_address => '127.0.0.1',
      p_ttl_hours => 1,
      p_user_agent => 'demonstration'
    );
    perform demo.act_as(v_login.email);
    perform api.log_out(p_everywhere => true);
  end loop;
end;
$$;
