-- Ends what lets a user in, and the sessions of a direct login. An activation token goes with the role it was made for:
-- else an admin who invited staff could set the password of the admin they became.
-- definer: sessions are nobody's to delete.
create or replace function auth.end_sessions()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform auth.end_connections(new.id);
  delete from auth.sessions where user_id = new.id;
  delete from auth.activation_tokens where user_id = new.id;
  if new.deleted_at is not null or new.status <> 'active' then
    delete from auth.calendar_tokens where user_id = new.id;
  end if;
  return null;
end;
$$;
comment on function auth.end_sessions() is
  'Trigger: disabling, deleting or changing the role of a user ends their sessions at once.';

create or replace trigger end_sessions
after update of role, status, deleted_at on school.users
for each row
when (
  old.role is distinct from new.role
  or old.status is distinct from new.status
  or old.deleted_at is distinct from new.deleted_at
)
execute function auth.end_sessions();
