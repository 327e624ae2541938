-- Admins see users whole; the others the people their work needs, name and role only.
create function api.list_users(
  p_role api.user_role default null,
  p_status api.user_status default null,
  p_search api.search_text default null,
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
  v_after text[] := school.decode_cursor(p_cursor, 2);
  v_pattern text := school.search_pattern(p_search);
  v_matching uuid[];
begin
  if auth.is_admin() then
    if v_pattern is not null then
      v_matching := school.user_ids_matching(p_search);
    end if;
    return (
      select school.page(array_agg(p.item), array_agg(p.key), p_limit)
      from (
        select
          row_to_json(u) as item,
          json_build_array(u.name, u.id) as key
        from api.user as u
        where (v_after[1] is null or (u.name || '', u.id) > (v_after[1], v_after[2]::uuid))
          and (p_role is null or u.role = p_role)
          and (p_status is null or u.status = p_status)
          and (v_matching is null or u.id = any (v_matching))
          and (
            v_pattern is null
            or v_matching is not null
            or u.name ilike v_pattern
            or u.email ilike v_pattern
            or u.phone ilike v_pattern
          )
        order by u.name || '', u.id
        limit p_limit + 1
      ) as p
    );
  end if;
  return school.page_of_people(
    school.people_in_sight(
      p_role,
      p_search,
      coalesce(v_after[1], ''),
      coalesce(v_after[2], '00000000-0000-0000-0000-000000000000')::uuid,
      p_limit + 1
    ),
    p_limit
  );
end;
$$;
comment on function api.list_users is 'Lists users by name.
Admins see them whole and search in name, e-mail and phone; everybody else sees name and role of the people their '
  'work needs.';
grant execute on function api.list_users to school_admin, school_staff, school_teacher, school_student;
