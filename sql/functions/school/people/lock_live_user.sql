-- Locks a user against concurrent judgements of the same person; FOR NO KEY UPDATE lets foreign keys pass.
-- No row when missing, deleted or disabled.
create or replace function school.lock_live_user(p_user_id uuid)
returns setof school.users
language sql
volatile
security invoker
set search_path = ''
as $$
  select *
  from school.users as u
  where u.id = p_user_id
    and u.deleted_at is null
    and u.status = 'active'
  for no key update;
$$;
comment on function school.lock_live_user(uuid) is 'The user, locked; no row when not an active one.';
