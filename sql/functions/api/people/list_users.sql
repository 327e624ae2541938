-- Admins see users whole; the others the people their work needs, name and role only.
create function api.list_users(
  p_role api.user_role[] default null,
  p_status api.user_status[] default null,
  p_search api.search_text default null,
  p_sort api.name_sort default 'name',
  p_count api.count_wish default false,
  p_limit api.page_limit default 50,
  p_cursor api.page_cursor default null
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_after text[] := school.decode_cursor(p_cursor, p_sort, 2);
  v_down boolean := left(p_sort, 1) = '-';
  v_pattern text := school.search_pattern(p_search);
  v_matching uuid[];
begin
  if not auth.is_admin() then
    return school.page_of_people(
      school.people_in_sight(p_role, p_search, v_after[1], v_after[2]::uuid, v_down, p_limit + 1),
      p_sort,
      p_limit,
      case when p_count then cardinality(
        school.people_in_sight(p_role, p_search, null, null, false, school.most_counted() + 1)
      ) end
    );
  end if;
  if v_pattern is not null then
    v_matching := school.user_ids_matching(p_search);
  end if;
  return (
    with listed as not materialized (
      select u as item, u.id, u.name || '' as name
      from api.user as u
      where (p_role is null or school.is_one_of(u.role, p_role))
        and (p_status is null or school.is_one_of(u.status, p_status))
        and (v_matching is null or u.id = any (v_matching))
        and (
          v_pattern is null
          or v_matching is not null
          or u.name ilike v_pattern
          or u.email ilike v_pattern
          or u.phone ilike v_pattern
        )
    )
    select school.page(array_agg(p.item), array_agg(p.key), p_limit, case when p_count then (
      select count(*) from (select from listed limit school.most_counted() + 1) as c
    ) end)
    from (
      select
        row_to_json(l.item) as item,
        json_build_array(p_sort, l.name, l.id) as key
      from listed as l
      where v_after[1] is null or case when v_down
        then (l.name, l.id) < (v_after[1], v_after[2]::uuid)
        else (l.name, l.id) > (v_after[1], v_after[2]::uuid)
      end
      order by
        case when v_down then l.name end desc,
        case when v_down then l.id end desc,
        l.name,
        l.id
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_users is 'Lists users by name.
Admins see them whole and search in name, e-mail and phone; everybody else sees name and role of the people their '
  'work needs.';
grant execute on function api.list_users to school_admin, school_staff, school_teacher, school_student;
