-- What an admission writes 48 times over, or renders for nobody to read yet, costs the most of it.
set local role school_owner;

-- A dated class names the admission and its student by one key: the student is the admission's own, and a user as the
-- admission's is.
alter table school.admissions add constraint student_goes_with_the_admission unique (id, student_id);
alter table school.attendance
  drop constraint attendance_admission_id_fkey,
  drop constraint attendance_student_id_fkey,
  add constraint student_is_that_of_the_admission
    foreign key (admission_id, student_id) references school.admissions (id, student_id) on delete restrict;

-- The e-mail of an event is written when it is sent; an invitation, whose token is kept nowhere else, while it waits.
alter table school.deliveries drop constraint email_has_a_text_while_it_waits;
alter table school.deliveries no force row level security;
update school.deliveries
set subject = null, body = null
where status = 'pending'
  and event_id is not null
  and kind = 'email';
alter table school.deliveries force row level security;
alter table school.deliveries
  add constraint invitation_has_a_text_while_it_waits
    check (body is not null = (kind = 'email' and event_id is null and status = 'pending'));
comment on column school.deliveries.subject is 'Of an e-mail: of an invitation, and as it was last sent.';
comment on column school.deliveries.body is 'The text of an invitation while it waits, readable by nobody; all else is made of its event when it is sent.';
