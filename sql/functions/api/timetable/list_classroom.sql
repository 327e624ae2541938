-- long: one page, one look: which lines it has, and what they tell.
-- definer: counts of seats and people are true for every reader; a teacher's own classes are picked by the query.
create function api.list_classroom(
  p_weekday api.weekday[] default null,
  p_course_id uuid[] default null,
  p_teacher_id uuid[] default null,
  p_date date default null,
  p_from date default null,
  p_to date default null,
  p_sort api.weekday_sort default 'weekday',
  p_count api.count_wish default false,
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
  v_after text[] := school.decode_cursor(p_cursor, p_sort, 4);
  v_down boolean := left(p_sort, 1) = '-';
  v_from date := coalesce(p_date, p_from);
  v_until date := coalesce(p_date, p_to);
  v_teacher_id uuid := auth.user_id_as('teacher');
  v_sees_students boolean := auth.is_admin() or v_teacher_id is not null;
begin
  perform school.require_classroom_dates(p_date, p_from, p_to);
  if not coalesce(auth.role() in ('super_admin', 'admin', 'staff', 'teacher'), false) then
    perform school.fail('forbidden', 'The dashboard is for those who work here.');
  end if;
  return (
    with listed as not materialized (
      select k.id, d.class_date, t.weekday, t.start_time
      from school.classroom_slots as k
      join school.time_slot_templates as t on t.id = k.time_slot_id
      join (
        select d::date as class_date, extract(isodow from d)::integer as weekday
        from generate_series(v_from, v_until, '1 day') as d
        union all
        select '-infinity', i
        from generate_series(1, 7) as i
        where v_from is null
      ) as d on d.weekday = t.weekday
      where k.deleted_at is null
        and (v_teacher_id is null or k.teacher_id = v_teacher_id or exists (
          select
          from school.class_substitutes as s
          where s.classroom_slot_id = k.id
            and s.class_date = d.class_date
            and s.teacher_id = v_teacher_id
        ))
        and (p_weekday is null or school.is_one_of(t.weekday, p_weekday))
        and (p_course_id is null or school.is_one_of(k.course_id, p_course_id))
        and (p_teacher_id is null or school.is_one_of(k.teacher_id, p_teacher_id))
    ), page as (
      select l.id, l.class_date, row_number() over () as place, l.key
      from (
        select l.id, l.class_date, json_build_array(p_sort, l.class_date, l.weekday, l.start_time, l.id) as key
        from listed as l
        where v_after[1] is null or case when v_down
          then (l.class_date, l.weekday, l.start_time, l.id)
            < (v_after[1]::date, v_after[2]::integer, v_after[3]::time, v_after[4]::uuid)
          else (l.class_date, l.weekday, l.start_time, l.id)
            > (v_after[1]::date, v_after[2]::integer, v_after[3]::time, v_after[4]::uuid)
        end
        order by
          case when v_down then l.class_date end desc,
          case when v_down then l.weekday end desc,
          case when v_down then l.start_time end desc,
          case when v_down then l.id end desc,
          l.class_date,
          l.weekday,
          l.start_time,
          l.id
        limit p_limit + 1
      ) as l
    )
    select school.page(
      array_agg(i.item order by p.place),
      array_agg(p.key order by p.place),
      p_limit,
      case when p_count then (
        select count(*) from (select from listed limit school.most_counted() + 1) as c
      ) end
    )
    from page as p
    join school.classroom_items(
      array(select distinct p.id from page as p),
      (select min(nullif(p.class_date, '-infinity')) from page as p),
      (select max(nullif(p.class_date, '-infinity')) from page as p),
      v_sees_students,
      p_from is not null
    ) as i
      on i.classroom_slot_id = p.id
      and coalesce(i.class_date, '-infinity') = p.class_date
  );
end;
$$;
comment on function api.list_classroom is
  'The classroom dashboard: weekly classes with seats taken, held and free, by weekday and start.
With date: the classes of that day, also the people expected on it, its substitute and whether the school is '
  'closed; students are everybody of that date.
With from and to, both included and 14 days at most: one line for each class and date, with marks.
Teachers see their own classes; students of a class are named to admins and its teacher.';
grant execute on function api.list_classroom to school_admin, school_staff, school_teacher;
