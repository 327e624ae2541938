-- definer: calendar tokens are nobody's to write; a person makes their own.
create function api.create_calendar(p_base_url text default '')
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_token text := auth.new_token();
begin
  insert into auth.calendar_tokens (user_id, token_hash, created_at)
  values (auth.user_id(), auth.token_hash(v_token), school.clock())
  on conflict on constraint calendar_tokens_user_id_key do update
  set token_hash = excluded.token_hash, created_at = excluded.created_at;
  return json_build_object('url', p_base_url || '/v1/calendar/' || v_token || '.ics');
end;
$$;
comment on function api.create_calendar is
  'Makes a secret address of the caller''s classes for calendar applications; an earlier one ends.
Answers: calendar_address.';
grant execute on function api.create_calendar to school_admin, school_staff, school_teacher, school_student;
