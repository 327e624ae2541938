-- long: who, and how many by period, in one answer.
create function api.report_at_risk(
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
  select r.first_date, r.last_date into v_from, v_to
  from school.report_range(p_from, p_to, p_days => 28) as r;
  return (
    with absences as materialized (
      select b.admission_id, b.class_date
      from analytics.attendance as b
      join school.admissions as a on a.id = b.admission_id
      where b.status = 'absent'
        and b.class_date between v_from and v_to
        and a.status = 'active'
    ),
    risks as (
      select b.admission_id, count(*) as absences, max(b.class_date) as last_absence
      from absences as b
      group by b.admission_id
      having count(*) >= 2
    )
    select json_build_object(
      'from', v_from,
      'to', v_to,
      'items', (
        select coalesce(json_agg(
          json_build_object(
            'admissionId', r.admission_id,
            'student', json_build_object('id', a.student_id, 'name', u.name),
            'course', json_build_object('id', a.course_id, 'name', a.course),
            'owner', case
              when a.owner_id is not null
                then json_build_object('id', a.owner_id, 'name', school.user_name(a.owner_id))
            end,
            'remaining', a.classes_left,
            'absences', r.absences,
            'lastAbsence', r.last_absence
          )
          order by r.absences desc, r.last_absence desc, r.admission_id
        ), '[]')
        from risks as r
        -- By key: joined, all admissions that go on would be counted for each of these.
        cross join lateral (
          select oa.*
          from analytics.admissions as oa
          where oa.admission_id = r.admission_id
          offset 0
        ) as a
        left join api.person as u on u.id = a.student_id
      ),
      'series', (
        select json_agg(
          json_build_object('start', n.start, 'absences', n.absences, 'admissions', n.admissions) order by n.start
        )
        from (
          select p.start, count(b.admission_id) as absences, count(distinct b.admission_id) as admissions
          from school.report_periods(v_from, v_to, p_by) as p
          left join absences as b on date_trunc(p_by, b.class_date::timestamp) = p.start
          group by p.start
        ) as n
      )
    )
  );
end;
$$;
comment on function api.report_at_risk is
  'Who stays away: admissions that go on with two absences or more, most absences first. series: absences by week or '
  'month, and of how many admissions.
from and to are included, three years at most; without them the last four weeks.
Admins are told of all admissions, staff of those of their leads, teachers of the absences in their classes.
Answers: risk_report.
Refusals: invalid_request (to before from, or three years or more after it).';
grant execute on function api.report_at_risk to school_admin, school_staff, school_teacher;
