set local role school_owner;

alter table school.deliveries drop constraint invitation_has_a_text_while_it_waits;
alter table school.deliveries no force row level security;
alter table school.notifications no force row level security;
-- The texts of before were in the words of the templates; what waits now is sent in those of its notification.
update school.deliveries as d
set
  subject = coalesce(
    (
      select left(btrim(regexp_replace(n.title, '[[:cntrl:][:space:]]+', ' ', 'g')), 400)
      from school.notifications as n
      where n.event_id = d.event_id
        and n.recipient_user_id = d.recipient_user_id
    ),
    d.type
  ),
  body = coalesce(
    (
      select n.title || e'\n' || n.body
      from school.notifications as n
      where n.event_id = d.event_id
        and n.recipient_user_id = d.recipient_user_id
    ),
    ''
  )
where d.kind = 'email'
  and d.status = 'pending'
  and d.body is null;
alter table school.notifications force row level security;
alter table school.deliveries force row level security;
alter table school.deliveries
  add constraint email_has_a_text_while_it_waits check (kind <> 'email' or (status = 'pending') = (body is not null));
comment on column school.deliveries.subject is null;
comment on column school.deliveries.body is 'The text of an e-mail while it waits, readable by nobody; a webhook''s is made of its event.';

alter table school.attendance
  drop constraint student_is_that_of_the_admission,
  add constraint attendance_admission_id_fkey
    foreign key (admission_id) references school.admissions (id) on delete restrict,
  add constraint attendance_student_id_fkey
    foreign key (student_id) references school.users (id) on delete restrict;
alter table school.admissions drop constraint student_goes_with_the_admission;
