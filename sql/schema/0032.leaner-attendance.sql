-- An admission brings some fifty rows of attendance, so what an index takes here is multiplied by that. Without the id at
-- its end an index keeps each of its few keys once, with the rows below it; a page of a list sorts those of one key.
-- Some fifty rows share an admission and need no order among them, but are often asked for by status; by a second index
-- the planner would go through all classes to come. And one index is at once what finds a student's classes by date and
-- what keeps two of them apart: a cancelled class has null for its room, which equals nothing.
set local role school_owner;

drop index school.attendance_in_order;
create index attendance_in_order on school.attendance (class_date, start_time);
drop index school.attendance_by_owner;
create index attendance_by_owner on school.attendance (lead_owner_id, class_date, start_time) where lead_owner_id is not null;
drop index school.attendance_by_admission_and_date;
create index attendance_by_admission on school.attendance (admission_id, status);
drop index school.one_class_per_student_slot_and_date;
create unique index one_class_per_student_slot_and_date on school.attendance (
  student_id, class_date, (case when status <> 'cancelled' then classroom_slot_id end)
);
drop index school.attendance_by_student_and_date;
