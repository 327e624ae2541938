create function api.report_teaching_hours(
  p_from date default null,
  p_to date default null,
  p_by api.report_step default 'week'
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_from date;
  v_to date;
begin
  select r.first_date, r.last_date into v_from, v_to from school.report_range(p_from, p_to) as r;
  return (
    with held as (
      select
        k.teacher_id,
        date_trunc(p_by, k.class_date::timestamp)::date as start,
        1 as classes,
        k.hours,
        case when k.is_by_substitute then k.hours else 0 end as hours_as_substitute
      from analytics.classes as k
      where k.class_date between v_from and v_to
      union all
      select null, p.start, 0, 0, 0
      from school.report_periods(v_from, v_to, p_by) as p
    ),
    sums as (
      select
        grouping(h.start) = 0 as is_period,
        h.teacher_id,
        h.start,
        sum(h.classes) as classes,
        sum(h.hours) as hours,
        jsonb_build_object(
          'classes', sum(h.classes), 'hours', sum(h.hours), 'hoursAsSubstitute', sum(h.hours_as_substitute)
        ) as told,
        case when h.teacher_id is not null then school.user_name(h.teacher_id) end as name
      from held as h
      group by grouping sets ((h.teacher_id), (h.start))
    )
    select json_build_object(
      'from', v_from,
      'to', v_to,
      'classes', sum(s.classes) filter (where s.is_period),
      'hours', sum(s.hours) filter (where s.is_period),
      'byTeacher', coalesce(
        jsonb_agg(
          jsonb_build_object('teacher', jsonb_build_object('id', s.teacher_id, 'name', s.name)) || s.told
          order by s.name, s.teacher_id
        ) filter (where s.teacher_id is not null),
        '[]'
      ),
      'series', jsonb_agg(jsonb_build_object('start', s.start) || s.told order by s.start) filter (where s.is_period)
    )
    from sums as s
  );
end;
$$;
comment on function api.report_teaching_hours is
  'How many hours were taught, by teacher and by week or month. Who substituted has taught, and not whose class it is.
from and to are included, three years at most; without them the last 365 days. Classes count once they have begun.
Admins are told of all classes, teachers of those they taught, staff of those of the students of their leads.
Answers: teaching_report.
Refusals: invalid_request (to before from, or three years or more after it).';
grant execute on function api.report_teaching_hours to school_admin, school_staff, school_teacher;
