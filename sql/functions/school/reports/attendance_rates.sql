-- Both sides of the report from one reading of the classes; side is course or teacher. Rates are of the marked classes;
-- unmarked are past and still scheduled.
create or replace function school.attendance_rates(p_from date, p_to date)
returns table (side text, id uuid, name text, rates json)
language sql
stable
security invoker
set search_path = ''
as $$
  with counts as (
    select
      a.course_id,
      b.teacher_id,
      count(*) filter (where b.status = 'present') as present,
      count(*) filter (where b.status = 'late') as late,
      count(*) filter (where b.status = 'absent') as absent,
      count(*) filter (where b.status = 'cancelled') as cancelled,
      count(*) filter (where b.status = 'scheduled' and b.class_date < (select school.today())) as unmarked
    from school.attendance as b
    join school.admissions as a on a.id = b.admission_id
    where b.class_date between coalesce(p_from, '1900-01-01') and coalesce(p_to, (select school.today()))
    group by a.course_id, b.teacher_id
  ),
  sums as (
    select
      case grouping(c.course_id) when 0 then 'course' else 'teacher' end as side,
      coalesce(c.course_id, c.teacher_id) as id,
      sum(c.present)::bigint as present,
      sum(c.late)::bigint as late,
      sum(c.absent)::bigint as absent,
      sum(c.cancelled)::bigint as cancelled,
      sum(c.unmarked)::bigint as unmarked,
      nullif(sum(c.present + c.late + c.absent), 0) as marked
    from counts as c
    group by grouping sets ((c.course_id), (c.teacher_id))
  )
  select
    n.side,
    n.id,
    coalesce(c.name, u.name),
    json_build_object(
      'id', n.id,
      'name', coalesce(c.name, u.name),
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
  left join school.courses as c on n.side = 'course' and c.id = n.id
  left join school.users as u on n.side = 'teacher' and u.id = n.id;
$$;
comment on function school.attendance_rates(date, date) is 'How classes were attended, by course and by teacher.';
