-- Teachers, who see their own classes alone, cannot tell how many are left.
-- long: what is due and what became of those that ended are told together, by course.
create function api.report_renewals(
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
    with due as materialized (
      select a.admission_id, a.student_id, a.course_id, a.classes_left, a.last_class
      from analytics.admissions as a
      where a.status = 'active'
        and a.classes_left <= 4
        and a.renewed_by_id is null
    ),
    counted as (
      select d.course_id, null::date as start, 1 as due, 0 as renewed, 0 as ran_out
      from due as d
      union all
      select e.course_id, date_trunc(p_by, e.last_class::timestamp)::date, 0, e.renewed, 1 - e.renewed
      from school.ended_admissions(v_from, v_to) as e
      union all
      select null, p.start, 0, 0, 0
      from school.report_periods(v_from, v_to, p_by) as p
    ),
    sums as (
      select
        grouping(n.course_id) = 0 as is_course,
        grouping(n.start) = 0 as is_period,
        n.course_id,
        n.start,
        sum(n.due) as due,
        jsonb_build_object(
          'renewed', sum(n.renewed),
          'ranOut', sum(n.ran_out),
          'rate', round(sum(n.renewed)::numeric / nullif(sum(n.renewed + n.ran_out), 0), 4)
        ) as told
      from counted as n
      group by grouping sets ((n.course_id), (n.start), ())
    )
    select jsonb_build_object('from', v_from, 'to', v_to) || (
      select s.told from sums as s where not s.is_course and not s.is_period
    ) || jsonb_build_object(
      'due', (
        select coalesce(jsonb_agg(
          jsonb_build_object(
            'admissionId', d.admission_id,
            'student', jsonb_build_object('id', d.student_id, 'name', u.name),
            'course', jsonb_build_object('id', c.id, 'name', c.name),
            'remaining', d.classes_left,
            'lastDate', d.last_class
          )
          order by d.last_class, d.admission_id
        ), '[]')
        from due as d
        join school.courses as c on c.id = d.course_id
        left join api.person as u on u.id = d.student_id
      ),
      'byCourse', coalesce(
        jsonb_agg(
          jsonb_build_object('course', jsonb_build_object('id', c.id, 'name', c.name), 'due', s.due) || s.told
          order by c.name, c.id
        ) filter (where s.course_id is not null),
        '[]'
      ),
      'series', jsonb_agg(jsonb_build_object('start', s.start) || s.told order by s.start)
        filter (where s.start is not null)
    )
    from sums as s
    left join school.courses as c on c.id = s.course_id
  );
end;
$$;
comment on function api.report_renewals is
  'Which renewals are due now: four classes or fewer left, and not renewed. And what became of the admissions whose '
  'last class was from one date to another: renewed, or ran out; in all, by course, and by week or month.
from and to are included, three years at most; without them the last 365 days.
Admins are told of all admissions, staff of those of their leads.
Answers: renewal_report.
Refusals: invalid_request (to before from, or three years or more after it).';
grant execute on function api.report_renewals to school_admin, school_staff;
