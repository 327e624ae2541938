-- Part of school.check_invariants: an event is about what its type is about.
create or replace function school.strayed_events()
returns table (code text, entity_id uuid, detail text)
language sql
stable
security invoker
set search_path = ''
as $$
  select 'event_about_something_else', e.entity_id, format('%s of a %s', e.type, e.entity_type)
  from school.notification_events as e
  join school.notification_types as t on t.type = e.type
  where e.entity_type <> all (t.entity_types);
$$;
comment on function school.strayed_events() is 'Events about something that their type is not about.';
