-- Appends classes at the end of a plan, on its weekly classes, where student and room are free; answers them as
-- [{admissionId, studentId, classroomSlotId, classDate}], fewer than p_count when three years do not hold enough.
create or replace function school.append_classes(p_admission_id uuid, p_count integer)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
as $$
  with last as (
    select a.id, a.student_id, a.lead_owner_id, greatest(max(b.class_date + b.start_time), school.local_now()) as at
    from school.admissions as a
    join school.attendance as b on b.admission_id = a.id
    where a.id = p_admission_id
    group by a.id
  ),
  added as (
    insert into school.attendance (
      admission_id, student_id, lead_owner_id, classroom_slot_id, teacher_id, class_date, start_time, end_time
    )
    select
      l.id, l.student_id, l.lead_owner_id, d.classroom_slot_id, d.teacher_id, d.class_date, d.start_time, d.end_time
    from last as l
    cross join lateral school.class_dates(
      array(select s.classroom_slot_id from school.admission_slots as s where s.admission_id = l.id),
      l.at::date, p_count, l.student_id, l.at, true
    ) as d
    where not d.is_full
    returning admission_id, student_id, classroom_slot_id, class_date, start_time
  )
  select coalesce(jsonb_agg(
    jsonb_build_object(
      'admissionId', n.admission_id,
      'studentId', n.student_id,
      'classroomSlotId', n.classroom_slot_id,
      'classDate', n.class_date
    )
    order by n.class_date, n.start_time
  ), '[]')
  from added as n;
$$;
comment on function school.append_classes(uuid, integer) is 'Appends classes at the end of a plan.';
