-- Whether somebody had caused three hundred events within a day before the event with a sequence. Admins may: what they
-- do to the whole school is theirs to do; so may jobs, which are nobody.
create or replace function school.causes_too_much(p_actor_id uuid, p_sequence bigint)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select count(*) = 300
  from (
    select
    from school.users as u
    join school.notification_events as e on e.actor_user_id = u.id
    where u.id = p_actor_id
      and u.role not in ('admin', 'super_admin')
      and e.created_at > (select school.clock()) - interval '1 day'
      and e.sequence < p_sequence
    limit 300
  ) as recent;
$$;
comment on function school.causes_too_much(uuid, bigint) is
  'Whether a person had caused more events in a day than a person does.';
