-- What must hold at any time, whatever happened; no row when sound. For DBAs and tests.
-- definer: judged over all rows.
create or replace function school.check_invariants()
returns table (code text, entity_id uuid, detail text)
language sql
stable
security definer
set search_path = ''
as $$
  select s.code, s.entity_id, s.detail from school.strayed_events() as s
  union all
  select s.code, s.entity_id, s.detail from school.strayed_keys() as s
  union all
  select 'oversold_class', k.id, format('%s seats, %s taken', k.capacity, school.count_enrolled(k.id))
  from school.classroom_slots as k
  where school.count_enrolled(k.id) > k.capacity
  union all
  select 'oversold_date', d.classroom_slot_id, format('%s people on %s', d.expected, d.class_date)
  from school.full_dates(array(select k.id from school.classroom_slots as k)) as d
  join school.classroom_slots as k on k.id = d.classroom_slot_id
  where d.expected > k.capacity
  union all
  select 'seat_in_a_deleted_class', e.id, 'active enrollment in a deleted class'
  from school.classroom_enrollments as e
  join school.classroom_slots as k on k.id = e.classroom_slot_id
  where e.status = 'active'
    and k.deleted_at is not null
  union all
  select 'plan_total_differs', a.id, format('%s classes in the plan, %s dated', a.total_classes, count(b.id))
  from school.admissions as a
  left join school.attendance as b on b.admission_id = a.id and b.status <> 'cancelled'
  where a.status <> 'cancelled'
  group by a.id
  having count(b.id) <> a.total_classes
  union all
  select 'student_in_two_places', b.id, format('%s on %s', b.student_id, b.class_date)
  from school.attendance as b
  join school.attendance as x
    on x.student_id = b.student_id
    and x.class_date = b.class_date
    and x.id > b.id
    and x.start_time < b.end_time
    and b.start_time < x.end_time
  where b.status <> 'cancelled'
    and x.status <> 'cancelled'
  union all
  select 'seat_without_a_running_admission', e.id, format('the admission is %s', a.status)
  from school.classroom_enrollments as e
  join school.admissions as a on a.id = e.admission_id
  where e.status = 'active'
    and a.status not in ('active', 'blocked')
  union all
  select 'running_admission_without_its_seats', a.id, format('%s classes a week, %s seats', count(distinct s.time_slot_id), count(distinct e.id))
  from school.admissions as a
  join school.admission_slots as s on s.admission_id = a.id
  left join school.classroom_enrollments as e on e.admission_id = a.id and e.status = 'active'
  where a.status in ('active', 'blocked')
    and not school.is_continued(a.id)
  group by a.id
  having count(distinct s.time_slot_id) <> count(distinct e.id)
  union all
  select 'scheduled_class_of_a_cancelled_admission', b.id, b.class_date::text
  from school.attendance as b
  join school.admissions as a on a.id = b.admission_id
  where a.status = 'cancelled'
    and b.status = 'scheduled'
    and not school.has_begun(b.class_date, b.start_time)
  union all
  select 'completed_admission_with_classes_to_come', b.id, b.class_date::text
  from school.attendance as b
  join school.admissions as a on a.id = b.admission_id
  where a.status = 'completed'
    and b.status = 'scheduled'
    and not school.has_begun(b.class_date, b.start_time)
  union all
  select 'class_on_a_closed_day', b.id, b.class_date::text
  from school.attendance as b
  where b.status = 'scheduled'
    and not school.has_begun(b.class_date, b.start_time)
    and school.is_closed(b.class_date)
  union all
  select 'class_of_another_student', b.id, 'the admission is another student''s'
  from school.attendance as b
  join school.admissions as a on a.id = b.admission_id
  where a.student_id <> b.student_id
  union all
  select 'marked_in_the_future', b.id, b.class_date::text
  from school.attendance as b
  where b.status in ('present', 'late', 'absent')
    and b.class_date > school.today()
  union all
  select 'pending_request_for_a_cancelled_class', r.id, b.status
  from school.reschedule_requests as r
  join school.attendance as b on b.id = r.original_attendance_id
  where r.status = 'pending'
    and b.status = 'cancelled'
  union all
  select 'teacher_in_two_places', k.id, format('%s, weekday %s', k.teacher_id, t.weekday)
  from school.classroom_slots as k
  join school.time_slot_templates as t on t.id = k.time_slot_id
  join school.classroom_slots as k2 on k2.teacher_id = k.teacher_id and k2.id > k.id and k2.deleted_at is null
  join school.time_slot_templates as t2
    on t2.id = k2.time_slot_id
    and t2.weekday = t.weekday
    and t2.start_time < t.end_time
    and t.start_time < t2.end_time
  where k.deleted_at is null
  union all
  select 'class_of_what_is_deleted', k.id, concat_ws(
    ', ',
    case when c.deleted_at is not null then 'course' end,
    case when t.deleted_at is not null then 'time slot' end,
    case when u.deleted_at is not null then 'teacher' end
  )
  from school.classroom_slots as k
  join school.courses as c on c.id = k.course_id
  join school.time_slot_templates as t on t.id = k.time_slot_id
  join school.users as u on u.id = k.teacher_id
  where k.deleted_at is null
    and (c.deleted_at is not null or t.deleted_at is not null or u.deleted_at is not null)
  union all
  select 'lead_owned_by_no_staff', l.id, format('the owner is %s', u.role)
  from school.leads as l
  join school.users as u on u.id = l.owner_id
  where l.deleted_at is null
    and u.role not in ('staff', 'admin', 'super_admin')
  union all
  select 'admission_without_a_payment', a.id, ''
  from school.admissions as a
  where not exists (select from school.admission_payments as p where p.admission_id = a.id)
  union all
  select 'lead_admitted_twice', a.lead_id, ''
  from school.admissions as a
  where a.lead_id is not null
    and a.renewed_from_id is null
  group by a.lead_id
  having count(*) > 1
  union all
  select 'no_super_admin', null, ''
  where exists (select from school.users as u where u.role = 'super_admin')
    and not exists (
      select from school.users as u where u.role = 'super_admin' and u.status = 'active' and u.deleted_at is null
    );
$$;
comment on function school.check_invariants() is 'Violations of what must always hold: code, entity and detail; no row when sound.';
