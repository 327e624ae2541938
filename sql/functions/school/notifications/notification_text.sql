-- A title or a text of school.notification_types, filled in from an event's payload. {day} is p_day, {conflict} the
-- message of the first of the payload's conflicts. What a value brings along is never taken for a part or a
-- placeholder.
create or replace function school.notification_text(p_template text, p_payload jsonb, p_day date)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_values jsonb;
  v_parts text[] := string_to_array(p_template, '[');
  v_text text;
  v_part text;
begin
  if p_template !~ '[[{]' then
    return p_template; -- as most titles
  end if;
  v_values := p_payload || jsonb_build_object('day', p_day, 'conflict', p_payload #> '{conflicts, 0, message}');
  v_text := school.fill_in(coalesce(v_parts[1], ''), v_values);
  foreach v_part in array v_parts[2:] loop
    v_text := v_text
      || coalesce(school.fill_in(split_part(v_part, ']', 1), v_values, true), '')
      || school.fill_in(substr(v_part, strpos(v_part, ']') + 1), v_values);
  end loop;
  return v_text;
end;
$$;
comment on function school.notification_text(text, jsonb, date) is
  'A template filled in; of a part in [brackets] nothing is left when a placeholder in it has no value.';
