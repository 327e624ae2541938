set local role school_owner;

alter table school.attendance
  drop constraint student_is_that_of_the_admission,
  add constraint attendance_admission_id_fkey
    foreign key (admission_id) references school.admissions (id) on delete restrict,
  add constraint attendance_student_id_fkey
    foreign key (student_id) references school.users (id) on delete restrict;
alter table school.admissions drop constraint student_goes_with_the_admission;
