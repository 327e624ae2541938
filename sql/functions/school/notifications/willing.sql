-- Preferences mute a type, never access.requested.
create or replace function school.willing(p_recipients uuid[], p_type text)
returns uuid[]
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(array_agg(r order by r), '{}')
  from unnest(p_recipients) as r
  left join school.user_settings as s on s.user_id = r
  where p_type = 'access.requested'
    or s.user_id is null
    or p_type <> all (s.muted_notification_types);
$$;
comment on function school.willing(uuid[], text) is 'Those of the recipients who have not muted the type.';
