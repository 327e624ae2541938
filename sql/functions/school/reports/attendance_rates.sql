-- p_by: course or teacher. Rates are of the marked classes; unmarked are past and still scheduled.
create or replace function school.attendance_rates(p_by text, p_from date, p_to date)
returns table (
  id uuid, name text, present bigint, late bigint, absent bigint, cancelled bigint, unmarked bigint,
  "attendanceRate" numeric, "lateRate" numeric, "absenceRate" numeric
)
language sql
stable
security invoker
set search_path = ''
as $$
  select
    k.id,
    coalesce(c.name, u.name),
    n.present,
    n.late,
    n.absent,
    n.cancelled,
    n.unmarked,
    round((n.present + n.late) / nullif(n.present + n.late + n.absent, 0)::numeric, 4),
    round(n.late / nullif(n.present + n.late + n.absent, 0)::numeric, 4),
    round(n.absent / nullif(n.present + n.late + n.absent, 0)::numeric, 4)
  from (
    select
      case p_by when 'course' then a.course_id else b.teacher_id end as id,
      count(*) filter (where b.status = 'present') as present,
      count(*) filter (where b.status = 'late') as late,
      count(*) filter (where b.status = 'absent') as absent,
      count(*) filter (where b.status = 'cancelled') as cancelled,
      count(*) filter (where b.status = 'scheduled' and b.class_date < school.today()) as unmarked
    from school.attendance as b
    join school.admissions as a on a.id = b.admission_id
    where b.class_date between coalesce(p_from, '1900-01-01') and coalesce(p_to, school.today())
    group by 1
  ) as n
  cross join lateral (select n.id) as k
  left join school.courses as c on p_by = 'course' and c.id = k.id
  left join school.users as u on p_by = 'teacher' and u.id = k.id;
$$;
comment on function school.attendance_rates(text, date, date) is 'How classes were attended, by course or teacher.';
