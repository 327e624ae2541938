-- What there is to tell of closures, substitutes, transfers, pauses, the waiting list and trial classes.
set local role school_owner;

alter table school.notification_events
  drop constraint entity_type_is_known,
  add constraint entity_type_is_known check (
    entity_type in (
      'lead', 'admission', 'reschedule_request', 'access_request', 'course', 'closure', 'classroom_slot',
      'waitlist_entry', 'trial'
    )
  );

-- Nobody is told of some events: they are only kept.
alter table school.notification_types
  drop constraint recipients_are_rules_or_members,
  add constraint recipients_are_rules_or_members check (
    array_to_string(recipients, ' ', '?')
    ~ '^((admins|admins_when_unowned|lead_owner|admission_student|slot_teachers|\{[A-Za-z]+\})( |$))*$'
  );

-- The policies come with the code layer, which may not be there.
alter table school.notification_types no force row level security;
insert into school.notification_types (
  type, entity_types, recipients, title, body, is_scheduled, may_be_muted, is_mailed
)
values
  (
    'closure.declared', '{closure}', '{"{personId}"}', 'The school is closed {period}',
    '{reason}[; classes that fall out: {lost}][; new dates: {added}]', false, true, true
  ),
  (
    'class.substituted', '{classroom_slot}', '{"{substituteId}", "{formerSubstituteId}", "{teacherId}", "{studentIds}"}',
    'Another teacher on {classDate}', '{courseName}: {substituteName} teaches', false, true, true
  ),
  (
    'class.teacher_changed', '{classroom_slot}', '{"{teacherIds}", "{studentIds}"}',
    'A class has another teacher', '{courseName}, {weekly}: {teacherName} teaches from now on', false, true, true
  ),
  (
    'admission.transferred', '{admission}', '{admins, admission_student, lead_owner, "{teacherIds}"}',
    'Another weekly time', '{studentName}, {courseName}: {toWeekly} instead of {fromWeekly}, from {fromDate} on',
    false, true, true
  ),
  (
    'admission.paused', '{admission}', '{admins, admission_student, lead_owner, "{teacherIds}"}',
    'A plan pauses', '{studentName}, {courseName}: from {fromDate} to {toDate}[, {reason}]', false, true, true
  ),
  (
    'waitlist.offered', '{waitlist_entry}', '{lead_owner, admins_when_unowned, "{studentId}"}',
    'A seat is free and held', '[{leadName}][{studentName}], {courseName}, {weekly}: held until {expiresOn}', false, true, true
  ),
  (
    'waitlist.expired', '{waitlist_entry}', '{lead_owner, admins_when_unowned, "{studentId}"}',
    'An offer has run out', '[{leadName}][{studentName}], {courseName}', true, true, true
  ),
  (
    'waitlist.put_first', '{waitlist_entry}', '{}',
    'Put first in line', '[{leadName}][{studentName}], {courseName}', false, true, false
  ),
  (
    'trial.booked', '{trial}', '{lead_owner, "{teacherId}"}',
    'A trial class', '{leadName}, {courseName}: on {classDate} at {startTime}', false, true, true
  ),
  (
    'trial.cancelled', '{trial}', '{lead_owner, "{teacherId}"}',
    'A trial class is cancelled', '{leadName}, {courseName}: on {classDate} at {startTime}[, {reason}]',
    false, true, true
  )
on conflict (type) do nothing;
-- Whoever asked for a move hears what was decided.
update school.notification_types
set recipients = '{"{teacherId}", "{studentId}", "{requestedBy}"}'
where type in ('reschedule.approved', 'reschedule.rejected');
alter table school.notification_types force row level security;

alter table school.mail_templates no force row level security;
insert into school.mail_templates (type, locale, subject, body)
select
  t.type,
  'en',
  t.subject,
  format(
    e'Hello {recipientName},\n\n%s\n\n{schoolName}\n\nYou get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.\n',
    t.body
  )
from (
  values
    ('closure.declared', '{schoolName} is closed {period}', e'The school is closed {period}.\n{body}'),
    ('class.substituted', 'Another teacher on {classDate}: {courseName}', 'On {classDate} {substituteName} teaches {courseName}.'),
    ('class.teacher_changed', 'Another teacher: {courseName}', '{teacherName} teaches {courseName}, {weekly}, from now on.'),
    ('admission.transferred', 'Another weekly time: {studentName}, {courseName}', '{studentName} comes to {courseName} on {toWeekly} instead of {fromWeekly}, from {fromDate} on.'),
    ('admission.paused', 'A plan pauses: {studentName}, {courseName}', e'{studentName} has no classes of {courseName} from {fromDate} to {toDate}; they follow at the end.\n{reason}'),
    ('waitlist.offered', 'A seat is free: {courseName}', e'A seat is free:\n{body}.'),
    ('waitlist.expired', 'An offer has run out: {courseName}', e'The offer was not taken in time:\n{body}.'),
    ('trial.booked', 'A trial class: {leadName}, {courseName}', '{leadName} comes to {courseName} on {classDate} at {startTime} for a trial.'),
    ('trial.cancelled', 'A trial class is cancelled: {leadName}, {courseName}', e'{leadName} does not come to {courseName} on {classDate}.\n{reason}')
) as t (type, subject, body)
on conflict (type, locale) do nothing;
alter table school.mail_templates force row level security;
