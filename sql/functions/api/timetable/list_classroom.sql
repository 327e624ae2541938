-- definer: counts of seats and people are true for every reader; a teacher's own classes are picked by the query.
create function api.list_classroom(
  p_weekday api.weekday default null,
  p_course_id uuid default null,
  p_teacher_id uuid default null,
  p_date date default null,
  p_limit api.page_limit default 200,
  p_cursor api.page_cursor default null
)
returns json
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_after text[] := school.decode_cursor(p_cursor, 3);
  v_teacher_id uuid := auth.user_id_as('teacher');
  v_sees_students boolean := auth.is_admin() or v_teacher_id is not null;
begin
  if not coalesce(auth.role() in ('super_admin', 'admin', 'staff', 'teacher'), false) then
    perform school.fail('forbidden', 'The dashboard is for those who work here.');
  end if;
  return (
    with page as (
      select k.id, json_build_array(t.weekday, t.start_time, k.id) as key, t.weekday, t.start_time
      from school.classroom_slots as k
      join school.time_slot_templates as t on t.id = k.time_slot_id
      where k.deleted_at is null
        and (
          v_after[1] is null
          or (t.weekday, t.start_time, k.id) > (v_after[1]::integer, v_after[2]::time, v_after[3]::uuid)
        )
        and (v_teacher_id is null or k.teacher_id = v_teacher_id or exists (
          select
          from school.class_substitutes as s
          where s.classroom_slot_id = k.id
            and s.class_date = p_date
            and s.teacher_id = v_teacher_id
        ))
        and (p_weekday is null or t.weekday = p_weekday)
        and (p_course_id is null or k.course_id = p_course_id)
        and (p_teacher_id is null or k.teacher_id = p_teacher_id)
        and (p_date is null or t.weekday = extract(isodow from p_date))
      order by t.weekday, t.start_time, k.id
      limit p_limit + 1
    )
    select school.page(
      array_agg(i.item order by p.weekday, p.start_time, p.id),
      array_agg(p.key order by p.weekday, p.start_time, p.id),
      p_limit
    )
    from page as p
    join school.classroom_items(array(select p.id from page as p), p_date, v_sees_students) as i
      on i.classroom_slot_id = p.id
  );
end;
$$;
comment on function api.list_classroom is
  'The classroom dashboard: weekly classes with seats taken and free, by weekday and start.
With date: the classes of that day, also the people expected on it, its substitute and whether the school is '
  'closed. Teachers see their own classes; students of a class are named to admins and its teacher.';
grant execute on function api.list_classroom to school_admin, school_staff, school_teacher;
