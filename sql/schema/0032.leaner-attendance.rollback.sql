set local role school_owner;

create index attendance_by_student_and_date on school.attendance (student_id, class_date);
drop index school.one_class_per_student_slot_and_date;
create unique index one_class_per_student_slot_and_date on school.attendance (student_id, classroom_slot_id, class_date) where status <> 'cancelled';
drop index school.attendance_by_admission;
create index attendance_by_admission_and_date on school.attendance (admission_id, class_date);
drop index school.attendance_by_owner;
create index attendance_by_owner on school.attendance (lead_owner_id, class_date, start_time, id) where lead_owner_id is not null;
drop index school.attendance_in_order;
create index attendance_in_order on school.attendance (class_date, start_time, id);
