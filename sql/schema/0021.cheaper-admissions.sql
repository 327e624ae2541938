-- What an admission writes 48 times over costs the most of it.
set local role school_owner;

-- A dated class names the admission and its student by one key: the student is the admission's own, and a user as the
-- admission's is.
alter table school.admissions add constraint student_goes_with_the_admission unique (id, student_id);
alter table school.attendance
  drop constraint attendance_admission_id_fkey,
  drop constraint attendance_student_id_fkey,
  add constraint student_is_that_of_the_admission
    foreign key (admission_id, student_id) references school.admissions (id, student_id) on delete restrict;
