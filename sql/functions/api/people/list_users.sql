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
  v_role text := auth.role();
begin
  if auth.is_admin() then
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
          and (v_pattern is null or u.name ilike v_pattern or u.email ilike v_pattern or u.phone ilike v_pattern)
        order by u.name || '', u.id
        limit p_limit + 1
      ) as p
    );
  end if;
  return (
    select school.page(array_agg(p.item), array_agg(p.key), p_limit)
    from (
      select
        row_to_json(u) as item,
        json_build_array(u.name, u.id) as key
      from api.person as u
      -- From those who can be known to those who are: the policy of users would be asked about everybody.
      join (
        select a.student_id as id from school.admissions as a
        union
        select t.id::uuid
        from school.admissions as a
        cross join lateral jsonb_array_elements_text(a.teacher_ids) as t (id)
        union
        select tu.id from school.users as tu where tu.role = 'teacher' and v_role = 'staff'
        union
        select auth.user_id()
      ) as known on known.id = u.id
      where (v_after[1] is null or (u.name, u.id) > (v_after[1], v_after[2]::uuid))
        and (p_role is null or u.role = p_role)
        and (v_pattern is null or u.name ilike v_pattern)
      order by u.name, u.id
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_users is 'Lists users by name.
Admins see them whole and search in name, e-mail and phone; everybody else sees name and role of the people their '
  'work needs.';
grant execute on function api.list_users to school_admin, school_staff, school_teacher, school_student;
