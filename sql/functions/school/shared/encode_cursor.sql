create or replace function school.encode_cursor(p_keys json)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select translate(replace(encode(convert_to(p_keys::text, 'UTF8'), 'base64'), e'\n', ''), '+/=', '-_');
$$;
comment on function school.encode_cursor(json) is 'The sort keys of a page''s last row, as an opaque cursor.';
grant execute on function school.encode_cursor(json) to school_admin, school_staff, school_teacher, school_student;
