-- What a calendar is made of: the name, the zone in which its times are, and events. A student's classes keep their
-- uid when they move; a teacher's are one event per class and date.
-- definer: whoever has the secret address reads; a disabled person's address has ended.
create function api.get_calendar(p_token text)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_user school.users;
begin
  select u.*
  into v_user
  from auth.calendar_tokens as t
  join school.users as u on u.id = t.user_id
  where t.token_hash = auth.token_hash(p_token)
    and u.status = 'active'
    and u.deleted_at is null;
  if not found then
    perform school.fail_not_found('calendar');
  end if;
  return (
    select json_build_object(
      'name', s.school_name,
      'timezone', s.timezone,
      'events', (
        select coalesce(json_agg(e order by e."startsAt", e.uid), '[]')
        from school.calendar_events(v_user.id, v_user.role) as e
      )
    )
    from school.school_settings as s
  );
end;
$$;
comment on function api.get_calendar is
  'A person''s classes as iCalendar (RFC 5545), by their secret address: the last 90 days and everything to come.
Refusals: not_found.';
grant execute on function api.get_calendar to school_anonymous;
