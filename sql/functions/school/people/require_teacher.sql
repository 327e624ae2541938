-- Locks the person against other judgements of their timetable. To staff a person whom they do not see reads like one
-- who does not exist. Raises unknown_reference, not_a_teacher.
create or replace function school.require_teacher(p_user_id uuid, p_member text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text;
begin
  select u.role into v_role from school.lock_live_user(p_user_id) as u;
  if v_role is null
    or (v_role <> 'teacher' and auth.role() = 'staff' and not school.may_know(p_user_id, v_role))
  then
    perform school.fail_reference(p_member);
  end if;
  if v_role <> 'teacher' then
    perform school.fail('not_a_teacher', format('%s is not a teacher.', p_member), jsonb_build_object(
      'errors', jsonb_build_array(jsonb_build_object('pointer', '/' || p_member, 'message', 'not a teacher'))
    ));
  end if;
end;
$$;
comment on function school.require_teacher(uuid, text) is
  'The id must be an active teacher; the row is locked. p_member is the wire name.';
