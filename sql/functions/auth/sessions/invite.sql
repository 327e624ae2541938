-- The user is locked before the role is judged: else a token made for staff could become that of the admin they become.
-- Raises not_found, forbidden (who manages admins must be super_admin).
-- definer: tokens are nobody's to write.
create or replace function auth.invite(p_user_id uuid)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_role text;
begin
  select u.role into v_role from school.users as u where u.id = p_user_id and u.deleted_at is null for no key update;
  if v_role is null then
    perform school.fail('not_found', 'There is no such user.');
  end if;
  if not auth.may_manage(v_role) then
    perform school.fail('forbidden', 'Only a super_admin manages admins and super_admins.');
  end if;
  return auth.new_activation(p_user_id);
end;
$$;
comment on function auth.invite(uuid) is
  'A fresh activation token for a user the caller manages; null for one without e-mail.';
grant execute on function auth.invite(uuid) to school_admin;
