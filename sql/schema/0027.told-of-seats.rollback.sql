-- Types of which there are events stay, and so do their words.
alter table school.mail_templates no force row level security;
delete from school.mail_templates
where type in (
  'closure.declared', 'class.substituted', 'class.teacher_changed', 'admission.transferred', 'admission.paused',
  'waitlist.offered', 'waitlist.expired', 'trial.booked', 'trial.cancelled'
);
alter table school.mail_templates force row level security;
alter table school.notification_types no force row level security;
alter table school.notification_events no force row level security;
update school.notification_types
set recipients = '{"{teacherId}", "{studentId}"}'
where type in ('reschedule.approved', 'reschedule.rejected');
delete from school.notification_types as t
where t.type in (
  'closure.declared', 'class.substituted', 'class.teacher_changed', 'admission.transferred', 'admission.paused',
  'waitlist.offered', 'waitlist.expired', 'waitlist.put_first', 'trial.booked', 'trial.cancelled'
)
  and not exists (select from school.notification_events as e where e.type = t.type);
alter table school.notification_events force row level security;
alter table school.notification_types force row level security;
