-- Staff name themselves only, so they learn of nobody else whether they exist. Locks the person against losing the role
-- (school.leave_role) before the lead is theirs. Raises forbidden, unknown_reference, not_staff.
create or replace function school.require_staff(p_user_id uuid, p_member text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text;
begin
  if auth.user_id_as('staff') <> p_user_id then
    perform school.fail('forbidden', 'Staff own leads themselves; an admin may name another owner.');
  end if;
  select u.role
  into v_role
  from school.users as u
  where u.id = p_user_id
    and u.deleted_at is null
    and u.status = 'active'
  for share;
  if v_role is null then
    perform school.fail_reference(p_member);
  end if;
  if v_role not in ('staff', 'admin', 'super_admin') then
    perform school.fail('not_staff', format('%s is neither staff nor admin.', p_member), jsonb_build_object(
      'errors', jsonb_build_array(jsonb_build_object('pointer', '/' || p_member, 'message', 'not staff'))
    ));
  end if;
end;
$$;
comment on function school.require_staff(uuid, text) is
  'The id must be an active user who may own leads. p_member is the wire name.';
