create view api.waitlist_entry
with (security_invoker = true)
as
select
  w.id,
  w.status,
  case when w.lead_id is not null then row(w.lead_id, l.name)::api.lead_ref end as lead,
  case
    when w.student_id is not null then row(w.student_id, su.card ->> 'name')::api.person_ref
  end as student,
  row(w.course_id, c.name)::api.course_ref as course,
  w.course_plan_id as "coursePlanId",
  case when w.course_plan_id is not null then row(w.course_plan_id, cp.name)::api.course_plan_ref end as "coursePlan",
  w.classes_per_week as "classesPerWeek",
  array(
    select row(t.id, t.weekday, school.hhmm(t.start_time), school.hhmm(t.end_time))::api.weekly_time
    from school.waitlist_time_slots as ws
    join school.time_slot_templates as t on t.id = ws.time_slot_id
    where ws.waitlist_entry_id = w.id
    order by t.weekday, t.start_time, t.id
  ) as "timeSlots",
  case
    when w.teacher_id is not null then row(w.teacher_id, tu.card ->> 'name')::api.person_ref
  end as teacher,
  w.note,
  p.position,
  p.expected_on as "expectedOn",
  case when w.status = 'offered' then row(
    array(
      select row(
        k.time_slot_id,
        k.id,
        row(k.id, school.class_name(c.name, t.weekday, t.start_time))::api.classroom_slot_ref,
        t.weekday,
        school.hhmm(t.start_time),
        school.hhmm(t.end_time),
        row(k.teacher_id, ku.card ->> 'name')::api.person_ref
      )::api.weekly_class
      from school.held_seats as h
      join school.classroom_slots as k on k.id = h.classroom_slot_id
      join school.time_slot_templates as t on t.id = k.time_slot_id
      left join school.users as ku on ku.id = k.teacher_id
      where h.waitlist_entry_id = w.id
      order by t.weekday, t.start_time, k.id
    ),
    w.offer_expires_at
  )::api.seat_offer end as offer,
  w.put_first_at is not null as first,
  w.admission_id as "admissionId",
  w.ended_at as "endedAt",
  w.created_at as "createdAt",
  w.updated_at as "updatedAt",
  w.version
from school.waitlist_entries as w
left join school.leads as l on l.id = w.lead_id
left join school.users as su on su.id = w.student_id
left join school.courses as c on c.id = w.course_id
left join school.course_plans as cp on cp.id = w.course_plan_id
left join school.users as tu on tu.id = w.teacher_id
left join lateral school.place_in_line(w.id) as p on true;
comment on view api.waitlist_entry is 'Somebody who waits for weekly classes of a course.';
comment on column api.waitlist_entry.lead is 'Null for a student.';
comment on column api.waitlist_entry.student is 'Null for a lead.';
comment on column api.waitlist_entry."coursePlan" is 'Null when none is wanted.';
comment on column api.waitlist_entry."classesPerWeek" is 'How many weekly classes are wanted, all of them or none.';
comment on column api.waitlist_entry."timeSlots" is
  'Any of these will do; none are any of the course.';
comment on column api.waitlist_entry.teacher is 'Who must teach. Null when anybody will do.';
comment on column api.waitlist_entry.position is
  'The place among all who wait for the course, 1 for the first; null unless it waits.';
comment on column api.waitlist_entry."expectedOn" is
  'When seats that meet the wish are free, as far as plans tell, whoever else waits; null when unknown.';
comment on column api.waitlist_entry.offer is
  'Seats that are held; null unless offered.';
comment on column api.waitlist_entry.first is 'Whether an admin has put it first.';
comment on column api.waitlist_entry."admissionId" is 'The admission that took the seats offered.';
grant select on api.waitlist_entry to school_admin, school_staff, school_student;
