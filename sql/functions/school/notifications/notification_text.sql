-- A title or a text of school.notification_types, filled in from an event's payload. {day} is p_day, {conflict} the
-- message of the first of the payload's conflicts. What a value brings along is never taken for a part or a
-- placeholder.
create or replace function school.notification_text(p_template text, p_payload jsonb, p_day date)
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(string_agg(school.fill_in(btrim(m.part[1], '[]'), v.filled), '' order by m.place), '')
  from (
    select p_payload || jsonb_build_object('day', p_day, 'conflict', p_payload #> '{conflicts, 0, message}') as filled
  ) as v
  cross join regexp_matches(p_template, '\[[^]]*\]|[^[]+', 'g') with ordinality as m (part, place)
  where left(m.part[1], 1) <> '['
    or not exists (
      select
      from regexp_matches(m.part[1], '\{([A-Za-z]+)\}', 'g') as p (name)
      where v.filled ->> p.name[1] is null
    );
$$;
comment on function school.notification_text(text, jsonb, date) is
  'A template filled in; of a part in [brackets] nothing is left when a placeholder in it has no value.';
