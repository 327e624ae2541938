-- p_rows holds one row more than p_limit when there are more; p_keys the sort keys of each row, a JSON array.
create or replace function school.page(p_rows json[], p_keys json[], p_limit integer)
returns json
language sql
immutable
security invoker
set search_path = ''
as $$
  select json_build_object(
    'items', to_json(coalesce(p_rows[1:p_limit], '{}')),
    'nextCursor', case when cardinality(p_rows) > p_limit then school.encode_cursor(p_keys[p_limit]) end
  );
$$;
comment on function school.page(json[], json[], integer) is 'A page of a list: {"items": […], "nextCursor": …}.';
grant execute on function school.page(json[], json[], integer)
  to school_admin, school_staff, school_teacher, school_student;
