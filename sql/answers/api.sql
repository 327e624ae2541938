-- What functions answer that is no wire view, and what such an answer is made of; sql/domains/parts.sql says how a
-- comment tells of null and absent members. A function's comment names its answer in the line Answers.

-- Refusals.

-- What stands in the way of an edit.
create domain api.obstacle_kind as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.obstacle_kind is '{
  "type": "string",
  "enum": ["admission", "attendance", "classroom_slot", "course", "enrollment", "lead", "trial", "waitlist_entry"]
}';

create type api.wrong_value as (
  pointer text,
  message text
);
comment on type api.wrong_value is 'A value that was refused.';
comment on column api.wrong_value.pointer is
  'The JSON pointer of the member; of a query or path parameter / and its name.';

create type api.conflict as (
  code api.problem_code,
  message text,
  "timeSlotId" uuid,
  "classroomSlotId" uuid,
  "classroomSlot" api.classroom_slot_ref,
  weekday api.weekday,
  "startTime" api.clock_time,
  "endTime" api.clock_time,
  "overlapsTimeSlotId" uuid,
  capacity integer,
  occupied api.quantity,
  "heldUntil" timestamptz,
  alternatives api.free_class[],
  "userId" uuid,
  "user" api.person_ref,
  "admissionId" uuid,
  student api.person_ref,
  "trialId" uuid,
  "daysLeft" integer,
  kind api.obstacle_kind,
  id uuid,
  "classDate" date,
  lead api.lead_ref
);
comment on type api.conflict is 'One cause of a refusal. Which further members it has depends on the code.';
comment on column api.conflict."timeSlotId" is 'Absent when it is about no weekly time.';
comment on column api.conflict."classroomSlotId" is 'Absent when it is about no weekly class.';
comment on column api.conflict."classroomSlot" is 'Absent when it is about no weekly class.';
comment on column api.conflict.weekday is 'Absent when it is about no weekly time.';
comment on column api.conflict."startTime" is 'Absent when it is about no weekly time.';
comment on column api.conflict."endTime" is 'Absent when it is about no weekly time.';
comment on column api.conflict."overlapsTimeSlotId" is 'The other time slot. Absent unless overlapping_slots.';
comment on column api.conflict.capacity is 'Absent unless seats are what lacks.';
comment on column api.conflict.occupied is 'Absent unless seats are what lacks.';
comment on column api.conflict."heldUntil" is
  'When the first of the seats held is free again. Absent unless slot_held; null when unknown.';
comment on column api.conflict.alternatives is
  'The nearest in the week first, five at most. Absent unless an admission lacks seats.';
comment on column api.conflict."userId" is 'Who has the e-mail. Absent for those who may not know.';
comment on column api.conflict."user" is 'Who has the e-mail. Absent for those who may not know.';
comment on column api.conflict."admissionId" is 'Absent when it is about no admission.';
comment on column api.conflict.student is 'Absent unless it is about the plans of several.';
comment on column api.conflict."trialId" is 'Absent when it is about no trial.';
comment on column api.conflict."daysLeft" is 'Absent unless pause_too_long.';
comment on column api.conflict.kind is 'What stands in the way. Absent unless in_use.';
comment on column api.conflict.id is 'The id of what stands in the way. Absent unless in_use.';
comment on column api.conflict."classDate" is 'Absent when what stands in the way has no date.';
comment on column api.conflict.lead is 'Absent unless it is about one of several leads.';

create type api.refusal as (
  errors api.wrong_value[],
  conflicts api.conflict[],
  "retryAfter" integer,
  "userId" uuid,
  "user" api.person_ref,
  "admissionId" uuid
);
comment on type api.refusal is 'What a problem tells besides what every problem does.';
comment on column api.refusal.errors is 'Absent unless single values are wrong.';
comment on column api.refusal.conflicts is
  'All causes, the first being the problem. Absent unless there can be several.';
comment on column api.refusal."retryAfter" is 'Seconds to wait. Absent unless it is a matter of time.';
comment on column api.refusal."userId" is
  'Who has the e-mail. Absent unless email_in_use, and for those who may not know.';
comment on column api.refusal."user" is
  'Who has the e-mail. Absent unless email_in_use, and for those who may not know.';
comment on column api.refusal."admissionId" is 'What the lead became. Absent unless lead_already_converted.';

-- Who you are.

-- How an access token is sent.
create domain api.token_type as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.token_type is '{"type": "string", "enum": ["Bearer"]}';

create type api.login_user as (
  id uuid,
  name text,
  email text,
  role api.user_role
);
comment on type api.login_user is 'Who has logged in.';

create type api.login as (
  "accessToken" text,
  "tokenType" api.token_type,
  "expiresAt" timestamptz,
  "user" api.login_user
);
comment on type api.login is 'A session that has begun.';
comment on column api.login."accessToken" is 'To be sent as a Bearer token; it is not shown again.';

create type api.school_now as (
  name text,
  timezone text,
  today date
);
comment on type api.school_now is 'The school, and its date of now.';

create type api.standing as (
  operations text[],
  school api.school_now
);
comment on type api.standing is 'What the caller may do, and where.';
comment on column api.standing.operations is 'The ids of the operations that the caller''s role may call.';

create type api.session as (
  id uuid,
  "userAgent" text,
  "createdAt" timestamptz,
  "expiresAt" timestamptz,
  current boolean
);
comment on type api.session is 'A session of the caller.';
comment on column api.session."userAgent" is 'Null when it was not told.';
comment on column api.session.current is 'Whether it is the one that asks.';

create type api.calendar_address as (
  url text
);
comment on type api.calendar_address is 'A secret address for calendar applications.';
comment on column api.calendar_address.url is 'Null in a repeat.';

create type api.ticket as (
  url text,
  "expiresAt" timestamptz
);
comment on type api.ticket is 'An address that stands for the caller''s session, for a short time and nothing else.';
comment on column api.ticket.url is 'Null in a repeat.';
comment on column api.ticket."expiresAt" is 'Until when it can be called.';

-- People.

-- What became of a request to be let in.
create domain api.receipt_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.receipt_status is '{"type": "string", "enum": ["received"]}';

create type api.receipt as (
  status api.receipt_status
);
comment on type api.receipt is 'That a request was received.';

create type api.activation as (
  token text,
  "expiresAt" timestamptz
);
comment on type api.activation is 'A token with which a person sets a password.';
comment on column api.activation.token is 'Null in a repeat.';

create type api.invitation as (
  activation api.activation
);
comment on type api.invitation is 'How a person is let in.';
comment on column api.invitation.activation is 'Null without e-mail.';

create type api.approval as (
  "accessRequest" api.access_request,
  "user" api.user,
  activation api.activation
);
comment on type api.approval is 'Somebody who was let in.';

create type api.known_person as (
  id uuid,
  name text
);
comment on type api.known_person is 'A person who is named to everybody.';

create type api.course_teachers as (
  items api.known_person[]
);
comment on type api.course_teachers is 'The teachers of a course.';

-- Leads.

create type api.stage_count as (
  stage api.lead_stage_ref,
  count integer
);
comment on type api.stage_count is 'How many leads are in a stage.';

create type api.follow_ups as (
  overdue integer,
  today integer,
  upcoming integer,
  done integer
);
comment on type api.follow_ups is
  'How many leads have their follow-up before today, today, later, or none to make.';

create type api.lead_counts as (
  "byStage" api.stage_count[],
  "byFollowUp" api.follow_ups
);
comment on type api.lead_counts is 'How many leads there are.';
comment on column api.lead_counts."byStage" is 'All stages in their order, those of no lead, too.';

create type api.my_work as (
  overdue integer,
  today integer,
  upcoming integer,
  "rescheduleRequests" integer,
  "seatsOffered" integer,
  "trialsToday" integer,
  unmarked integer,
  unpaid integer,
  "accessRequests" integer
);
comment on type api.my_work is 'How much waits for who asks; overdue, today and upcoming are follow-ups of leads.';
comment on column api.my_work."rescheduleRequests" is 'Pending.';
comment on column api.my_work."seatsOffered" is 'Entries of the waiting list. Null for teachers.';
comment on column api.my_work."trialsToday" is 'Booked.';
comment on column api.my_work.unmarked is 'Classes of past days.';
comment on column api.my_work.unpaid is 'Active admissions. Null for teachers.';
comment on column api.my_work."accessRequests" is 'Pending. Null for all but admins.';

create type api.changed_leads as (
  items api.lead[]
);
comment on type api.changed_leads is 'The leads that were changed, in the order in which they were named.';

create type api.happening as (
  at timestamptz,
  kind api.timeline_kind,
  id uuid,
  actor api.actor_ref,
  body text,
  field text,
  old api.member_value,
  "oldName" text,
  new api.member_value,
  "newName" text,
  status text,
  course api.course_ref,
  date date
);
comment on type api.happening is 'Something that happened to a lead.';
comment on column api.happening.id is 'Of the note, audit event, trial, entry of the waiting list or admission.';
comment on column api.happening.body is 'What a note says; null of anything else.';
comment on column api.happening.field is
  'The wire name of the member that changed, tags for a tag; null of what is no change, follow_up or demo.';
comment on column api.happening.old is 'What the member was; null when there was nothing.';
comment on column api.happening."oldName" is
  'What the stage or person is called now whose id old is; null when it is no such id.';
comment on column api.happening."newName" is
  'What the stage or person is called now whose id new is; null when it is no such id.';
comment on column api.happening.new is 'What the member became; null when there is nothing.';
comment on column api.happening.status is
  'What a trial, an entry of the waiting list or an admission became then; null of anything else.';
comment on column api.happening.course is 'Null unless a trial, an entry of the waiting list or an admission.';
comment on column api.happening.date is 'Of a trial, or from when an admission is; null of anything else.';

create type api.file_error as (
  line integer,
  "column" text,
  message text
);
comment on type api.file_error is 'Something wrong in a file.';

create type api.lead_import as (
  rows api.quantity,
  created api.quantity,
  errors api.file_error[]
);
comment on type api.lead_import is 'What came of a file of leads.';
comment on column api.lead_import.rows is 'How many lines of data there are.';

-- The timetable.

create type api.operating_day as (
  weekday api.weekday,
  "isOpen" boolean
);
comment on type api.operating_day is 'Whether classes are held on a weekday.';

create type api.operating_week as (
  items api.operating_day[]
);
comment on type api.operating_week is 'The weekdays, all seven.';

create type api.substitution as (
  "classroomSlotId" uuid,
  "classroomSlot" api.classroom_slot_ref,
  date date,
  teacher api.known_person
);
comment on type api.substitution is 'Who teaches a class on one date.';

-- Why somebody is in a class on a date.
create domain api.register_kind as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.register_kind is '{"type": "string", "enum": ["weekly", "moved", "trial"]}';

-- Where the class of somebody on a date stands; of a trial where that stands.
create domain api.register_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.register_status is '{
  "type": "string",
  "enum": ["scheduled", "present", "late", "absent", "booked", "attended", "missed"]
}';

create type api.classroom_person as (
  id uuid,
  name text,
  "admissionId" uuid,
  kind api.register_kind,
  status api.register_status,
  "attendanceId" uuid,
  "trialId" uuid,
  "isBlocked" boolean,
  "absenceAnnouncedAt" timestamptz,
  "canMark" boolean,
  remaining api.quantity
);
comment on type api.classroom_person is 'Somebody who sits in a class; of a trial id and name are the lead''s.';
comment on column api.classroom_person."admissionId" is 'Absent for a trial.';
comment on column api.classroom_person.kind is 'Absent without a date.';
comment on column api.classroom_person.status is 'Absent without a date.';
comment on column api.classroom_person."attendanceId" is 'Absent without a date and for a trial.';
comment on column api.classroom_person."trialId" is 'Absent unless it is a trial.';
comment on column api.classroom_person."isBlocked" is 'True for a blocked admission. Absent for others.';
comment on column api.classroom_person."absenceAnnouncedAt" is 'Absent unless an absence is announced.';
comment on column api.classroom_person."canMark" is
  'Whether the caller may mark the class now. Absent without a date and for a trial.';
comment on column api.classroom_person.remaining is
  'Classes of the plan still scheduled, from today on, whoever teaches them. Absent without a date and for a trial.';

create type api.mark_counts as (
  present api.quantity,
  late api.quantity,
  absent api.quantity,
  unmarked api.quantity
);
comment on type api.mark_counts is 'How many were marked how.';
comment on column api.mark_counts.unmarked is 'Past and still scheduled.';

create type api.classroom_class as (
  "classroomSlotId" uuid,
  "classroomSlot" api.classroom_slot_ref,
  "timeSlotId" uuid,
  weekday api.weekday,
  "startTime" api.clock_time,
  "endTime" api.clock_time,
  course api.course_ref,
  teacher api.known_person,
  capacity integer,
  occupied api.quantity,
  held api.quantity,
  free api.quantity,
  waiting api.quantity,
  students api.classroom_person[],
  date date,
  expected api.quantity,
  "freeOnDate" api.quantity,
  "isClosed" boolean,
  marks api.mark_counts,
  substitute api.known_person
);
comment on type api.classroom_class is 'A weekly class on the dashboard, or the class of one date.';
comment on column api.classroom_class.occupied is 'Weekly seats taken.';
comment on column api.classroom_class.held is 'Weekly seats held for who waits.';
comment on column api.classroom_class.free is 'Weekly seats that anybody can take.';
comment on column api.classroom_class.waiting is 'Entries of the waiting list whose wish this class can be part of.';
comment on column api.classroom_class.students is 'Absent for those who may not know.';
comment on column api.classroom_class.date is 'Absent without a date.';
comment on column api.classroom_class.expected is 'People on that date. Absent without a date.';
comment on column api.classroom_class."freeOnDate" is 'Absent without a date.';
comment on column api.classroom_class."isClosed" is 'Whether the school is closed on that date. Absent without a date.';
comment on column api.classroom_class.marks is 'Absent unless several dates are asked for.';
comment on column api.classroom_class.substitute is 'Who teaches on that date instead. Absent when nobody does.';

create type api.cancelled_class as (
  "attendanceId" uuid,
  "admissionId" uuid,
  "studentId" uuid,
  student api.person_ref,
  "classroomSlotId" uuid,
  "classroomSlot" api.classroom_slot_ref,
  "classDate" date,
  "startTime" api.clock_time,
  course api.course_ref,
  teacher api.person_ref
);
comment on type api.cancelled_class is 'A dated class that falls out.';

create type api.added_class as (
  "admissionId" uuid,
  "studentId" uuid,
  student api.person_ref,
  "classroomSlotId" uuid,
  "classroomSlot" api.classroom_slot_ref,
  "classDate" date,
  "startTime" api.clock_time,
  course api.course_ref,
  teacher api.person_ref
);
comment on type api.added_class is 'A dated class that is appended to a plan.';

create type api.closure_counts as (
  classes api.quantity,
  students api.quantity,
  admissions api.quantity
);
comment on type api.closure_counts is 'How much a closure cancels.';

create type api.closure_plan as (
  "startDate" date,
  "endDate" date,
  reason text
);
comment on type api.closure_plan is 'The dates, both included, of a closure.';

create type api.closure_effects as (
  cancelled api.cancelled_class[],
  counts api.closure_counts,
  added api.added_class[],
  conflicts api.conflict[]
);
comment on type api.closure_effects is 'What a closure does.';
comment on column api.closure_effects.conflicts is 'Plans for which no other dates are found.';

-- Admissions and classes.

-- What is worth a second look.
create domain api.warning_code as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.warning_code is '{
  "type": "string",
  "enum": ["student_without_login", "backdated", "same_phone", "date_full"]
}';

create type api.admission_warning as (
  code api.warning_code,
  message text,
  dates date[]
);
comment on type api.admission_warning is 'What is worth a second look but stands in nobody''s way.';
comment on column api.admission_warning.dates is 'Absent unless date_full.';

create type api.admission_warnings as (
  warnings api.admission_warning[]
);
comment on type api.admission_warnings is 'Remarks about an admission.';

create type api.planned_class as (
  date date,
  weekday api.weekday,
  "classroomSlotId" uuid,
  "classroomSlot" api.classroom_slot_ref,
  "startTime" api.clock_time,
  "endTime" api.clock_time,
  teacher api.person_ref
);
comment on type api.planned_class is 'A dated class as an admission would have it.';

create type api.admission_preview as (
  ok boolean,
  "classDates" api.planned_class[],
  "firstDate" date,
  "lastDate" date,
  price numeric,
  slots api.weekly_class[],
  conflicts api.conflict[],
  warnings api.admission_warning[]
);
comment on type api.admission_preview is 'What an admission would do, and what stands against it.';
comment on column api.admission_preview."firstDate" is 'Null without dates.';
comment on column api.admission_preview."lastDate" is 'Null without dates.';
comment on column api.admission_preview.price is 'Null when the plan has none.';

create type api.moved_class as (
  "attendanceId" uuid,
  "fromDate" date,
  "toDate" date,
  "classroomSlotId" uuid,
  "classroomSlot" api.classroom_slot_ref,
  "startTime" api.clock_time
);
comment on type api.moved_class is 'A dated class that a transfer moves.';
comment on column api.moved_class."toDate" is 'Null where three years do not hold enough.';

create type api.transfer_preview as (
  ok boolean,
  moved api.moved_class[],
  conflicts api.conflict[]
);
comment on type api.transfer_preview is 'What a transfer would do, and what stands against it.';

create type api.pause_preview as (
  ok boolean,
  cancelled api.cancelled_class[],
  added api.added_class[],
  conflicts api.conflict[]
);
comment on type api.pause_preview is 'What a pause would do, and what stands against it.';

create type api.marked_classes as (
  items api.attendance[]
);
comment on type api.marked_classes is 'Classes that were marked, in the order asked for.';

create type api.reschedule_option as (
  date date,
  "classroomSlotId" uuid,
  "classroomSlot" api.classroom_slot_ref,
  "startTime" api.clock_time,
  "endTime" api.clock_time,
  free integer
);
comment on type api.reschedule_option is 'Where a class could be moved.';

create type api.reschedule_options as (
  items api.reschedule_option[]
);
comment on type api.reschedule_options is 'Where a class could be moved now.';

-- Notifications, webhooks and jobs.

create type api.unread_count as (
  count api.quantity
);
comment on type api.unread_count is 'How many notifications are unread.';

create type api.new_secret as (
  secret text
);
comment on type api.new_secret is 'What signs the deliveries of a webhook.';
comment on column api.new_secret.secret is 'Null in a repeat.';

create type api.rotated_secret as (
  secret text
);
comment on type api.rotated_secret is 'What signs the deliveries of a webhook from now on.';
comment on column api.rotated_secret.secret is 'Absent unless rotateSecret was asked for.';

create type api.replay as (
  deliveries api.quantity
);
comment on type api.replay is 'What is delivered again.';

create type api.job_outcome as (
  id uuid,
  date date,
  "startedAt" timestamptz,
  "finishedAt" timestamptz,
  rows integer,
  error text
);
comment on type api.job_outcome is 'How a job ran.';
comment on column api.job_outcome."finishedAt" is 'Null while it runs.';
comment on column api.job_outcome.rows is 'How many it made. Null while it runs, and when it failed.';
comment on column api.job_outcome.error is
  'The SQLSTATE, what is known of the cause, and the place. Null unless it failed.';

create type api.job_run as (
  id uuid,
  name text,
  date date,
  "startedAt" timestamptz,
  "finishedAt" timestamptz,
  rows integer
);
comment on type api.job_run is 'A run of a job.';
comment on column api.job_run."finishedAt" is 'Null while it runs.';
comment on column api.job_run.rows is 'How many it made. Null while it runs.';

create type api.job as (
  name text,
  cron text,
  description text,
  "isEnabled" boolean,
  "lastRun" api.job_outcome,
  "lastFailure" api.job_outcome
);
comment on type api.job is 'A scheduled job.';
comment on column api.job.cron is 'When it runs, in UTC.';
comment on column api.job."lastRun" is 'Null before the first.';
comment on column api.job."lastFailure" is 'The newest run that failed. Null when none did.';

create type api.job_effect as (
  type text,
  "entityType" text,
  "entityId" uuid,
  day date,
  title text,
  body text,
  recipients api.person_ref[],
  rows api.quantity
);
comment on type api.job_effect is
  'What a job would make: a notification, an entity that would change, or rows that would be removed.';
comment on column api.job_effect.type is 'Absent unless it is a notification.';
comment on column api.job_effect."entityId" is 'Absent for what is removed.';
comment on column api.job_effect.day is 'Absent unless it is a notification.';
comment on column api.job_effect.title is 'Absent unless it is a notification.';
comment on column api.job_effect.body is 'Absent unless it is a notification.';
comment on column api.job_effect.recipients is 'Absent unless it is a notification.';
comment on column api.job_effect.rows is 'Absent unless it is removed.';

create type api.job_preview as (
  name text,
  date date,
  rows api.quantity,
  items api.job_effect[]
);
comment on type api.job_preview is 'What a job would make for a date.';

-- Reports. A range has both its ends; a series has all weeks or months of it, start being a Monday or the first of a
-- month, and counts in the first and the last one only what lies within the range.

create type api.attendance_rates as (
  id uuid,
  name text,
  present api.quantity,
  late api.quantity,
  absent api.quantity,
  cancelled api.quantity,
  unmarked api.quantity,
  "attendanceRate" api.fraction,
  "lateRate" api.fraction,
  "absenceRate" api.fraction
);
comment on type api.attendance_rates is
  'How the classes of a course or teacher were attended; rates are of the marked ones.';
comment on column api.attendance_rates."attendanceRate" is 'Null when none is marked.';
comment on column api.attendance_rates."lateRate" is 'Null when none is marked.';
comment on column api.attendance_rates."absenceRate" is 'Null when none is marked.';

create type api.attendance_period as (
  start date,
  present api.quantity,
  late api.quantity,
  absent api.quantity,
  cancelled api.quantity,
  unmarked api.quantity,
  "attendanceRate" api.fraction,
  "lateRate" api.fraction,
  "absenceRate" api.fraction
);
comment on type api.attendance_period is 'How the classes of a week or month were attended.';
comment on column api.attendance_period."attendanceRate" is 'Null when none is marked.';
comment on column api.attendance_period."lateRate" is 'Null when none is marked.';
comment on column api.attendance_period."absenceRate" is 'Null when none is marked.';

create type api.attendance_report as (
  "from" date,
  "to" date,
  "byCourse" api.attendance_rates[],
  "byTeacher" api.attendance_rates[],
  series api.attendance_period[]
);
comment on type api.attendance_report is 'How classes were attended.';

create type api.funnel_stage as (
  "stageId" uuid,
  stage api.lead_stage_ref,
  name text,
  position integer,
  kind api.stage_kind,
  current api.quantity,
  entered api.quantity,
  "averageDays" numeric,
  "medianDays" numeric
);
comment on type api.funnel_stage is 'How leads fare in a stage.';
comment on column api.funnel_stage.current is 'Leads in it.';
comment on column api.funnel_stage.entered is 'Leads that ever entered it.';
comment on column api.funnel_stage."averageDays" is 'Null when no lead was in it.';
comment on column api.funnel_stage."medianDays" is 'Null when no lead was in it.';

create type api.conversion_rate as (
  key text,
  name text,
  leads api.quantity,
  won api.quantity,
  lost api.quantity,
  rate api.fraction
);
comment on type api.conversion_rate is 'How many leads of a kind are won.';
comment on column api.conversion_rate.key is 'The source, or the id of the person. Null for none.';
comment on column api.conversion_rate.name is 'Null for none.';
comment on column api.conversion_rate.rate is 'Won of all.';

create type api.lead_conversion as (
  "bySource" api.conversion_rate[],
  "byOwner" api.conversion_rate[],
  "byTeacher" api.conversion_rate[]
);
comment on type api.lead_conversion is 'How many leads are won.';

create type api.follow_up_counts as (
  "onTime" api.quantity,
  late api.quantity,
  missed api.quantity,
  upcoming api.quantity
);
comment on type api.follow_up_counts is 'How follow-ups were kept.';
comment on column api.follow_up_counts.missed is 'Open and past due.';

create type api.lead_period as (
  start date,
  leads api.quantity,
  won api.quantity,
  lost api.quantity,
  rate api.fraction,
  "followUps" api.follow_up_counts
);
comment on type api.lead_period is 'What became of the leads that were entered in a week or month.';
comment on column api.lead_period.rate is 'Won of all. Null when there are none.';

create type api.lead_report as (
  "from" date,
  "to" date,
  funnel api.funnel_stage[],
  conversion api.lead_conversion,
  "followUps" api.follow_up_counts,
  series api.lead_period[]
);
comment on type api.lead_report is 'How leads fare that were entered in a range of dates.';

create type api.class_occupancy as (
  "classroomSlotId" uuid,
  "classroomSlot" api.classroom_slot_ref,
  weekday api.weekday,
  "startTime" api.clock_time,
  "endTime" api.clock_time,
  course api.course_ref,
  teacher api.known_person,
  capacity integer,
  occupied api.quantity,
  held api.quantity,
  free api.quantity,
  rate api.fraction,
  "nextSeatFreesOn" date
);
comment on type api.class_occupancy is 'The seats of a weekly class.';
comment on column api.class_occupancy."nextSeatFreesOn" is 'Null when no end is in sight.';

create type api.occupancy_period as (
  start date,
  places api.quantity,
  expected api.quantity,
  rate numeric
);
comment on type api.occupancy_period is 'How full the classes of a week or month were, or will be as things stand.';
comment on column api.occupancy_period.places is
  'Seats of the weekly classes that there are now, one for each date on which they are held.';
comment on column api.occupancy_period.expected is 'People who came, or are expected, on these dates, on trial too.';
comment on column api.occupancy_period.rate is
  'Expected of places, above 1 where there were more seats then. Null when no class is held.';

create type api.occupancy_report as (
  "from" date,
  "to" date,
  items api.class_occupancy[],
  series api.occupancy_period[]
);
comment on type api.occupancy_report is 'The seats of every weekly class.';

create type api.course_revenue as (
  course api.course_ref,
  paid numeric,
  open numeric,
  overdue numeric
);
comment on type api.course_revenue is 'What was paid for a course, and what is open.';
comment on column api.course_revenue.open is 'Due and unpaid, overdue or not.';

create type api.revenue_period as (
  start date,
  paid numeric,
  open numeric,
  overdue numeric
);
comment on type api.revenue_period is 'What was paid in a week or month, and what is open that is due in it.';

create type api.revenue_report as (
  "from" date,
  "to" date,
  paid numeric,
  open numeric,
  overdue numeric,
  "byCourse" api.course_revenue[],
  series api.revenue_period[]
);
comment on type api.revenue_report is 'What was paid in a range of dates, and what is open that is due in it.';

create type api.renewal_due as (
  "admissionId" uuid,
  student api.person_ref,
  course api.course_ref,
  remaining api.quantity,
  "lastDate" date
);
comment on type api.renewal_due is 'An admission that comes to its end and was not renewed.';
comment on column api.renewal_due.remaining is 'Classes left.';
comment on column api.renewal_due."lastDate" is 'Null when all classes are cancelled.';

create type api.course_renewals as (
  course api.course_ref,
  due api.quantity,
  renewed api.quantity,
  "ranOut" api.quantity,
  rate api.fraction
);
comment on type api.course_renewals is 'How many admissions of a course are renewed.';
comment on column api.course_renewals.rate is 'Renewed of those that ended. Null when none ended.';

create type api.renewal_period as (
  start date,
  renewed api.quantity,
  "ranOut" api.quantity,
  rate api.fraction
);
comment on type api.renewal_period is 'How many admissions were renewed whose last class was in a week or month.';
comment on column api.renewal_period.rate is 'Renewed of those that ended. Null when none ended.';

create type api.renewal_report as (
  "from" date,
  "to" date,
  due api.renewal_due[],
  renewed api.quantity,
  "ranOut" api.quantity,
  rate api.fraction,
  "byCourse" api.course_renewals[],
  series api.renewal_period[]
);
comment on type api.renewal_report is 'Which renewals are due, and how many renew.';
comment on column api.renewal_report.rate is 'Renewed of those that ended. Null when none ended.';

create type api.admission_at_risk as (
  "admissionId" uuid,
  student api.person_ref,
  course api.course_ref,
  owner api.person_ref,
  remaining api.quantity,
  absences api.quantity,
  "lastAbsence" date
);
comment on type api.admission_at_risk is 'An admission of somebody who stays away.';
comment on column api.admission_at_risk.owner is 'Who owns the lead. Null when nobody does.';
comment on column api.admission_at_risk.remaining is 'Classes left; for teachers, with them.';

create type api.absence_period as (
  start date,
  absences api.quantity,
  admissions api.quantity
);
comment on type api.absence_period is 'Absences of a week or month, and of how many admissions that go on.';

create type api.risk_report as (
  "from" date,
  "to" date,
  items api.admission_at_risk[],
  series api.absence_period[]
);
comment on type api.risk_report is 'Who missed two classes or more.';

create type api.teacher_hours as (
  teacher api.person_ref,
  classes api.quantity,
  hours numeric,
  "hoursAsSubstitute" numeric
);
comment on type api.teacher_hours is 'What a teacher taught.';
comment on column api.teacher_hours."hoursAsSubstitute" is 'Of the hours, those in the classes of others.';

create type api.teaching_period as (
  start date,
  classes api.quantity,
  hours numeric,
  "hoursAsSubstitute" numeric
);
comment on type api.teaching_period is 'What was taught in a week or month.';

create type api.teaching_report as (
  "from" date,
  "to" date,
  classes api.quantity,
  hours numeric,
  "byTeacher" api.teacher_hours[],
  series api.teaching_period[]
);
comment on type api.teaching_report is 'How many hours were taught.';

-- Who sees what.

-- What is read: a policy decides who may select a row.
create domain api.policy_command as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.policy_command is '{"type": "string", "enum": ["select"]}';

create type api.access_policy as (
  name text,
  command api.policy_command,
  decides boolean,
  "inWords" text
);
comment on type api.access_policy is 'Something that shows a row to a person, or hides it.';
comment on column api.access_policy.name is
  'The policy''s; disabled for a person who is, none where the role has no policy, the resource for what is deleted.';
comment on column api.access_policy.decides is
  'Whether it settles the answer: a policy that shows the row, or what hides it.';
comment on column api.access_policy."inWords" is 'What it does with the row, and its rule.';

create type api.access_explanation as (
  visible boolean,
  policies api.access_policy[]
);
comment on type api.access_explanation is 'Whether a person sees a row, and what decides it.';
