create function api.report_attendance(
  p_from date default null,
  p_to date default null,
  p_by api.report_step default 'week'
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_from date;
  v_to date;
begin
  select r.first_date, r.last_date into v_from, v_to from school.report_range(p_from, p_to) as r;
  return (
    with rates as materialized (
      select
        r.*,
        coalesce(c.name, school.user_name(r.teacher_id)) as name
      from school.attendance_rates(v_from, v_to, p_by) as r
      left join school.courses as c on c.id = r.course_id
    )
    select json_build_object(
      'from', v_from,
      'to', v_to,
      'byCourse', coalesce(
        jsonb_agg(jsonb_build_object('id', r.course_id, 'name', r.name) || r.rates order by r.name, r.course_id)
          filter (where r.course_id is not null),
        '[]'
      ),
      'byTeacher', coalesce(
        jsonb_agg(jsonb_build_object('id', r.teacher_id, 'name', r.name) || r.rates order by r.name, r.teacher_id)
          filter (where r.teacher_id is not null),
        '[]'
      ),
      'series', jsonb_agg(jsonb_build_object('start', r.start) || r.rates order by r.start)
        filter (where r.start is not null)
    )
    from rates as r
  );
end;
$$;
comment on function api.report_attendance is
  'How classes were attended, by course, by teacher and by week or month: counts, and rates of the marked ones (0 to 1).
from and to are included, three years at most; without them the last 365 days.
Admins are told of all classes, staff of those of the students of their leads, teachers of those they teach.
Answers: attendance_report.
Refusals: invalid_request (to before from, or three years or more after it).';
grant execute on function api.report_attendance to school_admin, school_staff, school_teacher;
