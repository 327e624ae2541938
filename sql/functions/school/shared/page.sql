-- p_rows holds one row more than p_limit when there are more; p_keys the keys of each row, a JSON array: what the list
-- is sorted by, and the values. p_total, null where nobody asked, counts to one more than school.most_counted.
create or replace function school.page(p_rows json[], p_keys json[], p_limit integer, p_total bigint default null)
returns json
language sql
immutable
security invoker
set search_path = ''
as $$
  select case
    when p_total is null then json_build_object('items', i.items, 'nextCursor', i.next_cursor)
    else json_build_object(
      'items', i.items,
      'nextCursor', i.next_cursor,
      'total', least(p_total, school.most_counted()),
      'totalIsExact', p_total <= school.most_counted()
    )
  end
  from (
    select
      to_json(coalesce(p_rows[1:p_limit], '{}')) as items,
      case when cardinality(p_rows) > p_limit then school.encode_cursor(p_keys[p_limit]) end as next_cursor
  ) as i;
$$;
comment on function school.page(json[], json[], integer, bigint) is
  'A page of a list: {"items": […], "nextCursor": …}, with "total" and "totalIsExact" when it was counted.';
grant execute on function school.page(json[], json[], integer, bigint)
  to school_admin, school_staff, school_teacher, school_student;
