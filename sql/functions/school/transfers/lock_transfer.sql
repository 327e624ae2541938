-- Locks what a transfer of a locked admission judges and writes: student, time slot, weekday, the classes of the
-- course, and of what else the student waits for, by id, then the dated classes to be moved. Answers the classes
-- there were before it waited for them.
create or replace function school.lock_transfer(
  p_admission school.admissions,
  p_from_classroom_slot_id uuid,
  p_time_slot_id uuid,
  p_from date
)
returns uuid[]
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_known uuid[];
begin
  perform from school.users as u where u.id = (p_admission).student_id for no key update;
  perform from school.time_slot_templates as t where t.id = p_time_slot_id for share;
  perform
  from school.operating_days as o
  where o.weekday = (select t.weekday from school.time_slot_templates as t where t.id = p_time_slot_id)
  for share;
  v_known := array(
    select k.id from school.classroom_slots as k where k.course_id = (p_admission).course_id and k.deleted_at is null
  );
  perform school.lock_classes_of_courses(school.courses_freed(array[(p_admission).id]));
  perform
  from school.attendance as b
  where b.admission_id = (p_admission).id
    and b.classroom_slot_id = p_from_classroom_slot_id
    and b.class_date >= p_from
    and b.status = 'scheduled'
  order by b.id
  for update;
  return v_known;
end;
$$;
comment on function school.lock_transfer(school.admissions, uuid, uuid, date) is 'Takes the locks of a transfer.';
