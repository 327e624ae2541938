-- Writes an access request and its event. False when it is not to stand, because the e-mail is a user's or has a
-- request pending: it was then written under an address of its own, with the same work, for the caller to roll back.
create or replace function school.add_access_request(p_email text, p_name text, p_role text, p_message text)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_is_new boolean := not exists (select from school.users as u where u.email || '' = p_email and u.deleted_at is null)
    and not exists (select from school.access_requests as r where r.email || '' = p_email and r.status = 'pending');
  v_id uuid;
begin
  insert into school.access_requests (email, name, role, message, created_at, updated_at)
  values (
    case when v_is_new then p_email else gen_random_uuid() || '@nobody.invalid' end,
    p_name, p_role, p_message, school.clock(), school.clock()
  )
  on conflict ((email || '')) where status = 'pending' do nothing
  returning id into v_id;
  if v_id is null then
    return false;
  end if;
  perform school.emit('access.requested', 'access_request', v_id, jsonb_build_object('name', p_name, 'role', p_role));
  return v_is_new;
end;
$$;
comment on function school.add_access_request(text, text, text, text) is
  'Writes an access request; false when it must be undone.';
