-- Preferences mute a type that may be muted.
create or replace function school.willing(p_recipients uuid[], p_type text)
returns uuid[]
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(array_agg(r order by r), '{}')
  from school.notification_types as t
  cross join unnest(p_recipients) as r
  left join school.user_settings as s on s.user_id = r
  where t.type = p_type
    and (
      not t.may_be_muted
      or s.user_id is null
      or p_type <> all (s.muted_notification_types)
    );
$$;
comment on function school.willing(uuid[], text) is 'Those of the recipients who have not muted the type.';
