-- All of the report from one reading of the classes: a row for each course, each teacher and each period, with one of
-- the two ids and the date. Rates are of the marked classes; unmarked are past and still scheduled.
create or replace function school.attendance_rates(p_from date, p_to date, p_by api.report_step)
returns table (course_id uuid, teacher_id uuid, start date, rates jsonb)
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return query
  with days as (
    select
      b.course_id,
      b.teacher_id,
      date_trunc(p_by, b.class_date::timestamp)::date as start,
      count(*) filter (where b.status = 'present') as present,
      count(*) filter (where b.status = 'late') as late,
      count(*) filter (where b.status = 'absent') as absent,
      count(*) filter (where b.status = 'cancelled') as cancelled,
      count(*) filter (where b.status = 'scheduled' and b.class_date < (select school.today())) as unmarked
    from analytics.attendance as b
    where b.class_date between p_from and p_to
    group by b.course_id, b.teacher_id, b.class_date
  ),
  sums as (
    select
      d.course_id,
      d.teacher_id,
      d.start,
      sum(d.present) as present,
      sum(d.late) as late,
      sum(d.absent) as absent,
      sum(d.cancelled) as cancelled,
      sum(d.unmarked) as unmarked,
      nullif(sum(d.present + d.late + d.absent), 0) as marked
    from (
      select * from days
      union all
      select null, null, p.start, 0, 0, 0, 0, 0
      from school.report_periods(p_from, p_to, p_by) as p
    ) as d
    group by grouping sets ((d.course_id), (d.teacher_id), (d.start))
  )
  select
    n.course_id,
    n.teacher_id,
    n.start,
    jsonb_build_object(
      'present', n.present,
      'late', n.late,
      'absent', n.absent,
      'cancelled', n.cancelled,
      'unmarked', n.unmarked,
      'attendanceRate', round((n.present + n.late) / n.marked, 4),
      'lateRate', round(n.late / n.marked, 4),
      'absenceRate', round(n.absent / n.marked, 4)
    )
  from sums as n
  -- the classes of no course are the empty periods
  where num_nonnulls(n.course_id, n.teacher_id, n.start) = 1;
end;
$$;
comment on function school.attendance_rates(date, date, api.report_step) is
  'How classes were attended, by course, by teacher and by week or month.';
grant execute on function school.attendance_rates(date, date, api.report_step)
  to school_admin, school_staff, school_teacher;
