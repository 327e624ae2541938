create or replace function school.wire_name(p_name text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select left(p_name, 1) || substr(replace(initcap(replace(p_name, '_', ' ')), ' ', ''), 2);
$$;
comment on function school.wire_name(text) is 'A column''s name as on the wire: follow_up_date is followUpDate.';
