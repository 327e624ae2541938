-- The values of the sort keys as text, as many as the list sorts by; all null for the first page. A cursor belongs to
-- its sort. Raises invalid_request.
create or replace function school.decode_cursor(p_cursor api.page_cursor, p_sort api.short_text, p_keys integer)
returns text[]
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_base64 text := translate(p_cursor, '-_', '+/');
  v_keys text[];
begin
  if p_cursor is null then
    return array_fill(null::text, array[p_keys]);
  end if;
  v_keys := array(
    select jsonb_array_elements_text(
      convert_from(decode(rpad(v_base64, (length(v_base64) + 3) / 4 * 4, '='), 'base64'), 'UTF8')::jsonb
    )
  );
  if cardinality(v_keys) <> p_keys + 1 or v_keys[1] <> p_sort or array_position(v_keys, null) is not null then
    perform school.fail_value('cursor', 'is not a cursor of this list');
  end if;
  return v_keys[2:];
exception
  when data_exception then
    perform school.fail_value('cursor', 'is not a cursor of this list');
    return null; -- never reached
end;
$$;
comment on function school.decode_cursor(api.page_cursor, api.short_text, integer) is
  'The values of the keys that a cursor carries.';
grant execute on function school.decode_cursor(api.page_cursor, api.short_text, integer)
  to school_admin, school_staff, school_teacher, school_student;
