create view api.admission
with (security_invoker = true)
as
select
  a.id,
  a.status,
  a.status_reason as "statusReason",
  a.lead_id as "leadId",
  case when a.lead_id is not null then row(a.lead_id, l.name)::api.lead_ref end as lead,
  a.student_id as "studentId",
  row(a.student_id, u.card ->> 'name')::api.person_ref as student,
  a.course_id as "courseId",
  row(a.course_id, c.name)::api.course_ref as course,
  a.course_plan_id as "coursePlanId",
  row(a.course_plan_id, cp.name)::api.course_plan_ref as "coursePlan",
  a.start_date as "startDate",
  array(
    select row(
      s.time_slot_id,
      s.classroom_slot_id,
      row(s.classroom_slot_id, school.class_name(c.name, t.weekday, t.start_time))::api.classroom_slot_ref,
      t.weekday,
      school.hhmm(t.start_time),
      school.hhmm(t.end_time),
      row(k.teacher_id, tu.card ->> 'name')::api.person_ref
    )::api.weekly_class
    from school.admission_slots as s
    join school.time_slot_templates as t on t.id = s.time_slot_id
    join school.classroom_slots as k on k.id = s.classroom_slot_id
    left join school.users as tu on tu.id = k.teacher_id
    where s.admission_id = a.id
    order by t.weekday, t.start_time, s.time_slot_id
  ) as slots,
  row(r.total, r.first_date, r.last_date)::api.class_span as attendance,
  (
    select row(p.status)::api.payment_state
    from school.admission_payments as p
    where p.admission_id = a.id
  ) as payment,
  a.price,
  r.remaining,
  r.unmarked,
  round(r.consumed::numeric / a.total_classes, 4)::api.fraction as progress,
  row(
    (
      select count(*)
      from school.reschedule_requests as mr
      where mr.admission_id = a.id
        and mr.status in ('pending', 'approved')
        and not mr.is_school_caused
    ),
    (select s.reschedules_per_admission from school.school_settings as s)
  )::api.move_count as moves,
  a.renewed_from_id as "renewedFromId",
  a.created_at as "createdAt",
  a.updated_at as "updatedAt",
  a.version
from school.admissions as a
left join school.leads as l on l.id = a.lead_id
left join school.users as u on u.id = a.student_id
left join school.courses as c on c.id = a.course_id
left join school.course_plans as cp on cp.id = a.course_plan_id
cross join lateral (
  select
    count(*) filter (where b.status <> 'cancelled')::integer as total,
    min(b.class_date) filter (where b.status <> 'cancelled') as first_date,
    max(b.class_date) filter (where b.status <> 'cancelled') as last_date,
    count(*) filter (where b.status = 'scheduled' and b.class_date >= (select school.today()))::integer as remaining,
    count(*) filter (where b.status = 'scheduled' and b.class_date < (select school.today()))::integer as unmarked,
    count(*) filter (where b.status in ('present', 'late', 'absent'))::integer as consumed
  from school.attendance as b
  where b.admission_id = a.id
) as r;
comment on view api.admission is 'A student taking a plan of a course.';
comment on column api.admission.lead is 'Null for who was admitted without one.';
comment on column api.admission.slots is 'The weekly classes.';
comment on column api.admission.attendance is 'The dated classes that are not cancelled.';
comment on column api.admission.payment is 'Null for those who may not know.';
comment on column api.admission.price is
  'The price of the plan when it was bought; null when it had none.';
comment on column api.admission.remaining is 'Classes still scheduled, from today on.';
comment on column api.admission.unmarked is 'Classes that are past and still not marked.';
comment on column api.admission.progress is
  'Classes consumed (present, late or absent) as a fraction of the plan, 0 to 1.';
grant select on api.admission to school_admin, school_staff, school_teacher, school_student;
