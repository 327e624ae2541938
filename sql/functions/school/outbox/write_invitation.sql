-- p_type: which template. The text carries the token and is gone when it is sent, or when the token is.
create or replace function school.write_invitation(p_user_id uuid, p_type text, p_token text, p_expires_at timestamptz)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  insert into school.deliveries (
    kind, type, entity_id, recipient_user_id, activation_token_hash, address, subject, body, next_attempt_at, created_at
  )
  select
    'email', p_type, u.id, u.id, auth.token_hash(p_token), u.email, m.subject, m.body, school.clock(), school.clock()
  from school.users as u
  left join school.user_settings as s on s.user_id = u.id
  cross join school.school_settings as cs
  cross join lateral school.mail_text(p_type, s.locale, jsonb_build_object(
    'recipientName', u.name,
    'token', p_token,
    'expiresAt', to_char(p_expires_at at time zone cs.timezone, 'YYYY-MM-DD HH24:MI ') || cs.timezone
  )) as m
  where u.id = p_user_id
    and u.email is not null;
$$;
comment on function school.write_invitation(uuid, text, text, timestamptz) is
  'Puts an activation token into the outbox.';
