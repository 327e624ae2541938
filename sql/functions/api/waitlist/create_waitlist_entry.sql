-- Locks lead, student, plan, time slots, the classes of the course by id, and the course: whoever adds a class to it
-- waits, or is seen.
-- definer: entries hold seats, which nobody may write, and seats are counted over all rows.
create function api.create_waitlist_entry(
  p_course_id uuid,
  p_lead_id uuid default null,
  p_student_id uuid default null,
  p_course_plan_id uuid default null,
  p_classes_per_week api.classes_per_week default null,
  p_time_slot_ids api.wanted_time_slot_ids default null,
  p_teacher_id uuid default null,
  p_note api.message_text default null
)
returns api.waitlist_entry
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_entry school.waitlist_entries;
  v_answer api.waitlist_entry;
begin
  v_entry.lead_id := p_lead_id;
  v_entry.student_id := p_student_id;
  v_entry.course_id := p_course_id;
  v_entry.course_plan_id := p_course_plan_id;
  v_entry.teacher_id := p_teacher_id;
  v_entry.classes_per_week := coalesce(
    p_classes_per_week,
    (select p.classes_per_week from school.course_plans as p where p.id = p_course_plan_id),
    1
  );
  perform school.require_waiting_rights(v_entry, p_time_slot_ids);
  perform from school.leads as l where l.id = p_lead_id for no key update;
  perform from school.users as u where u.id = p_student_id for no key update;
  perform from school.course_plans as p where p.id = p_course_plan_id for share;
  perform from school.time_slot_templates as t where t.id = any (p_time_slot_ids) order by t.id for share;
  perform school.lock_classes_of_courses(array[p_course_id]);
  perform from school.courses as c where c.id = p_course_id for no key update;
  perform school.require_waiting_rights(v_entry, p_time_slot_ids);
  if exists (
    select
    from school.leads as l
    join school.lead_stages as s on s.id = l.stage_id
    where l.id = p_lead_id
      and s.kind = 'lost'
  ) then
    perform school.fail('invalid_state', 'The lead is lost.');
  end if;
  if exists (
    select from school.users as u where u.id = p_student_id and (u.role <> 'student' or u.status <> 'active')
  ) then
    perform school.fail('not_a_student', 'studentId is not an active student.');
  end if;
  perform school.require_wish(v_entry, p_time_slot_ids);
  if exists (select from school.live_entries_of(p_lead_id, p_student_id, p_course_id)) then
    perform school.fail('already_exists', 'This person waits for the course already.');
  end if;
  insert into school.waitlist_entries (
    lead_id, student_id, course_id, course_plan_id, teacher_id, classes_per_week, note, created_by, created_at,
    updated_at
  )
  values (
    p_lead_id, p_student_id, p_course_id, p_course_plan_id, p_teacher_id, v_entry.classes_per_week,
    school.clean(p_note), auth.user_id(), school.clock(), school.clock()
  )
  returning * into v_entry;
  perform school.write_wish(v_entry.id, p_time_slot_ids);
  perform school.offer_seats(array[p_course_id]);
  select * into v_answer from api.waitlist_entry as w where w.id = v_entry.id;
  return v_answer;
end;
$$;
comment on function api.create_waitlist_entry is
  'Enters a lead or a student into the waiting list of a course.
classesPerWeek is that of the plan, without one 1 unless given. Any of the named time slots will do, without names any '
  'of the course. Seats that meet the wish whole and are free are offered at once.
Refusals: forbidden, unknown_reference, invalid_state (the lead is lost), not_a_student, plan_not_for_course, '
  'slot_count_mismatch, duplicate_slot, not_a_teacher, teacher_not_for_course, already_exists.';
grant execute on function api.create_waitlist_entry to school_admin, school_staff;
