-- What the wire calls its values: a domain's comment is its JSON Schema, its check the limit that a direct call meets,
-- too.

-- Texts, by length.

-- A name or title.
create domain api.name_text as text
  constraint text_is_short check (length(value) <= 200);
comment on domain api.name_text is '{"type": "string", "minLength": 1, "maxLength": 200}';

-- A line of text.
create domain api.short_text as text
  constraint text_is_short check (length(value) <= 200);
comment on domain api.short_text is '{"type": "string", "maxLength": 200}';

-- A postal address.
create domain api.address_text as text
  constraint text_is_short check (length(value) <= 500);
comment on domain api.address_text is '{"type": "string", "maxLength": 500}';

-- A few sentences.
create domain api.medium_text as text
  constraint text_is_short check (length(value) <= 1000);
comment on domain api.medium_text is '{"type": "string", "maxLength": 1000}';

-- Some paragraphs.
create domain api.long_text as text
  constraint text_is_short check (length(value) <= 5000);
comment on domain api.long_text is '{"type": "string", "maxLength": 5000}';

-- A note.
create domain api.note_text as text
  constraint text_is_short check (length(value) <= 5000);
comment on domain api.note_text is '{"type": "string", "minLength": 1, "maxLength": 5000}';

-- A message or reason.
create domain api.message_text as text
  constraint text_is_short check (length(value) <= 2000);
comment on domain api.message_text is '{"type": "string", "maxLength": 2000}';

-- Why the school is closed.
create domain api.closure_reason as text
  constraint text_is_short check (length(value) <= 500);
comment on domain api.closure_reason is '{"type": "string", "minLength": 1, "maxLength": 500}';

-- Text to look for.
create domain api.search_text as text
  constraint text_is_short check (length(value) <= 200);
comment on domain api.search_text is '{"type": "string", "minLength": 1, "maxLength": 200}';

-- An e-mail address; trimmed, NFC and lower-cased when stored.
create domain api.email_address as text
  constraint text_is_short check (length(value) <= 254);
comment on domain api.email_address is '{
  "type": "string",
  "maxLength": 254,
  "minLength": 3,
  "pattern": "^\\s*[^@\\s]+@[^@\\s]+\\.[^@\\s]+\\s*$"
}';

-- A phone number as people write it.
create domain api.phone_number as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.phone_number is '{"type": "string", "minLength": 1, "maxLength": 40}';

-- Where a webhook goes; no user or password in it.
create domain api.webhook_url as text
  constraint text_is_short check (length(value) <= 2000);
comment on domain api.webhook_url is '{
  "type": "string",
  "minLength": 8,
  "maxLength": 2000,
  "pattern": "^https?://[^\\s/?#@\\\\]+([/?#]\\S*)?$"
}';

-- A language tag.
create domain api.locale_tag as text
  constraint text_is_short check (length(value) <= 35);
comment on domain api.locale_tag is '{
  "type": "string",
  "maxLength": 35,
  "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
}';

-- A time zone of the IANA database.
create domain api.timezone_name as text
  constraint text_is_short check (length(value) <= 64);
comment on domain api.timezone_name is '{"type": "string", "minLength": 1, "maxLength": 64}';

-- A country, ISO 3166.
create domain api.region_code as text
  constraint text_is_short check (length(value) <= 2);
comment on domain api.region_code is '{"type": "string", "pattern": "^[A-Z]{2}$"}';

-- A currency, ISO 4217.
create domain api.currency_code as text
  constraint text_is_short check (length(value) <= 3);
comment on domain api.currency_code is '{"type": "string", "pattern": "^[A-Z]{3}$"}';

-- Where a list goes on: nextCursor of the page before.
create domain api.page_cursor as text
  constraint text_is_short check (length(value) <= 2000);
comment on domain api.page_cursor is '{
  "type": "string",
  "minLength": 1,
  "maxLength": 2000,
  "description": "nextCursor of the page before, of the same list with the same filters."
}';

-- Whether a list is to be counted.
create domain api.count_wish as boolean;
comment on domain api.count_wish is '{
  "type": "boolean",
  "description": "Also answers `total`, how many there are with these filters: exact up to 10,000."
}';

-- Numbers.

-- An ISO weekday, 1 = Monday.
create domain api.weekday as integer;
comment on domain api.weekday is '{"type": "integer", "minimum": 1, "maximum": 7}';

-- The id of an event of a stream.
create domain api.event_sequence as bigint;
comment on domain api.event_sequence is '{"type": "integer", "minimum": 0, "maximum": 999999999999999999}';

-- An age.
create domain api.age_in_years as integer;
comment on domain api.age_in_years is '{"type": "integer", "minimum": 0, "maximum": 120}';

-- A number of attempts.
create domain api.attempt_count as integer;
comment on domain api.attempt_count is '{"type": "integer", "minimum": 0, "maximum": 100000}';

-- Seats of a weekly class.
create domain api.capacity as integer;
comment on domain api.capacity is '{"type": "integer", "minimum": 1, "maximum": 1000}';

-- From how many hours before a class begins it is not moved any more.
create domain api.notice_hours as integer;
comment on domain api.notice_hours is '{"type": "integer", "minimum": 0, "maximum": 336}';

-- How many classes of a plan may be moved.
create domain api.move_limit as integer;
comment on domain api.move_limit is '{"type": "integer", "minimum": 0, "maximum": 100}';

-- How many days ahead of a class it may be moved.
create domain api.move_window_days as integer;
comment on domain api.move_window_days is '{"type": "integer", "minimum": 1, "maximum": 365}';

-- For how many hours an offer stands.
create domain api.offer_hours as integer;
comment on domain api.offer_hours is '{"type": "integer", "minimum": 1, "maximum": 336}';

-- How many trial classes a lead may have.
create domain api.trial_limit as integer;
comment on domain api.trial_limit is '{"type": "integer", "minimum": 0, "maximum": 10}';

-- How many days a plan may pause.
create domain api.pause_days as integer;
comment on domain api.pause_days is '{"type": "integer", "minimum": 0, "maximum": 366}';

-- Weekly classes of a plan.
create domain api.classes_per_week as integer;
comment on domain api.classes_per_week is '{"type": "integer", "minimum": 1, "maximum": 14}';

-- Classes of a plan.
create domain api.total_classes as integer;
comment on domain api.total_classes is '{"type": "integer", "minimum": 1, "maximum": 500}';

-- A place in an order.
create domain api.position_number as integer;
comment on domain api.position_number is '{"type": "integer", "minimum": 0, "maximum": 10000}';

-- An amount in the school's currency.
create domain api.money as numeric;
comment on domain api.money is '{"type": "number", "minimum": 0, "maximum": 9999999999.99}';

-- How many items a page holds at most.
create domain api.page_limit as integer;
comment on domain api.page_limit is '{"type": "integer", "minimum": 1, "maximum": 200}';

-- States and choices.

-- A role of a user.
create domain api.user_role as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.user_role is '{
  "type": "string",
  "enum": ["super_admin", "admin", "staff", "teacher", "student"]
}';

-- Whether a user may log in.
create domain api.user_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.user_status is '{"type": "string", "enum": ["active", "disabled"]}';

-- Where an access request stands.
create domain api.access_request_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.access_request_status is '{"type": "string", "enum": ["pending", "approved", "rejected"]}';

-- What has rows that somebody sees or not: school.resources names their tables.
create domain api.access_resource as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.access_resource is '{
  "type": "string",
  "enum": [
    "access_request", "admission", "attendance", "classroom_slot", "closure", "course", "course_plan", "delivery",
    "instrument", "lead", "lead_audit_event", "lead_note", "lead_stage", "notification", "notification_event",
    "payment", "payment_change", "person", "reschedule_request", "time_slot", "trial", "user", "waitlist_entry",
    "webhook"
  ]
}';

-- How a report divides its range.
create domain api.report_step as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.report_step is '{"type": "string", "enum": ["week", "month"]}';

-- What a lead stage means.
create domain api.stage_kind as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.stage_kind is '{"type": "string", "enum": ["open", "won", "lost"]}';

-- Whether a follow-up is still to be made.
create domain api.follow_up_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.follow_up_status is '{"type": "string", "enum": ["open", "done"]}';

-- Where an open follow-up stands against the school's today.
create domain api.follow_up_filter as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.follow_up_filter is '{"type": "string", "enum": ["overdue", "today", "upcoming"]}';

-- How a follow-up ended.
create domain api.follow_up_outcome as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.follow_up_outcome is '{"type": "string", "enum": ["done", "rescheduled"]}';

-- What leads are sorted by.
create domain api.lead_sort as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.lead_sort is '{
  "type": "string",
  "enum": ["followUpDate", "-followUpDate", "createdAt", "-createdAt"],
  "description": "With a minus from the last to the first."
}';

-- What is sorted by its age.
create domain api.age_sort as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.age_sort is '{
  "type": "string",
  "enum": ["createdAt", "-createdAt"],
  "description": "With a minus from the last to the first."
}';

-- What is sorted by its name.
create domain api.name_sort as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.name_sort is '{
  "type": "string",
  "enum": ["name", "-name"],
  "description": "With a minus from the last to the first."
}';

-- What lead stages are sorted by.
create domain api.stage_sort as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.stage_sort is '{
  "type": "string",
  "enum": ["position", "-position", "name", "-name"],
  "description": "With a minus from the last to the first."
}';

-- What course plans are sorted by.
create domain api.plan_sort as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.plan_sort is '{
  "type": "string",
  "enum": ["name", "-name", "totalClasses", "-totalClasses"],
  "description": "With a minus from the last to the first."
}';

-- What weekly classes and time slots are sorted by: date, where there is one, weekday and start.
create domain api.weekday_sort as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.weekday_sort is '{
  "type": "string",
  "enum": ["weekday", "-weekday"],
  "description": "With a minus from the last to the first."
}';

-- What dated classes are sorted by: date and start.
create domain api.class_sort as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.class_sort is '{
  "type": "string",
  "enum": ["classDate", "-classDate"],
  "description": "With a minus from the last to the first."
}';

-- What has happened to a lead.
create domain api.timeline_kind as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.timeline_kind is '{
  "type": "string",
  "enum": ["note", "change", "follow_up", "demo", "trial", "waiting", "admission"]
}';

-- What a timeline is sorted by.
create domain api.timeline_sort as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.timeline_sort is '{
  "type": "string",
  "enum": ["at", "-at"],
  "description": "With a minus from the last to the first."
}';

-- What trials are sorted by: date and start.
create domain api.trial_sort as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.trial_sort is '{
  "type": "string",
  "enum": ["date", "-date"],
  "description": "With a minus from the last to the first."
}';

-- What closures are sorted by: the first day.
create domain api.closure_sort as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.closure_sort is '{
  "type": "string",
  "enum": ["startDate", "-startDate"],
  "description": "With a minus from the last to the first."
}';

-- What two leads have in common.
create domain api.twin_match as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.twin_match is '{"type": "string", "enum": ["phone", "email"]}';

-- Where an admission stands.
create domain api.admission_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.admission_status is '{"type": "string", "enum": ["active", "blocked", "cancelled", "completed"]}';

-- Where a class of a student stands.
create domain api.attendance_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.attendance_status is '{
  "type": "string",
  "enum": ["scheduled", "present", "late", "absent", "cancelled"]
}';

-- How a class went for a student; scheduled when nobody has said.
create domain api.mark_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.mark_status is '{"type": "string", "enum": ["present", "late", "absent", "scheduled"]}';

-- Where a trial stands.
create domain api.trial_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.trial_status is '{"type": "string", "enum": ["booked", "attended", "missed", "cancelled"]}';

-- How a trial ended.
create domain api.trial_outcome as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.trial_outcome is '{"type": "string", "enum": ["attended", "missed"]}';

-- Where a reschedule request stands.
create domain api.reschedule_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.reschedule_status is '{
  "type": "string",
  "enum": ["pending", "approved", "rejected", "withdrawn", "expired", "closed"]
}';

-- Where an entry of the waiting list stands.
create domain api.waitlist_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.waitlist_status is '{
  "type": "string",
  "enum": ["waiting", "offered", "admitted", "declined", "expired", "withdrawn"]
}';

-- Whether an admission is paid.
create domain api.payment_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.payment_status is '{"type": "string", "enum": ["paid", "unpaid"]}';

-- How something is sent.
create domain api.delivery_kind as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.delivery_kind is '{"type": "string", "enum": ["email", "webhook"]}';

-- What became of something to be sent.
create domain api.delivery_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.delivery_status is '{"type": "string", "enum": ["pending", "sent", "dead"]}';

-- Lists and objects.

-- The weekly times chosen.
create domain api.time_slot_ids as uuid[];
comment on domain api.time_slot_ids is '{
  "type": "array",
  "items": {"type": "string", "format": "uuid"},
  "minItems": 1,
  "maxItems": 14
}';

-- Weekly times, any of which will do.
create domain api.wanted_time_slot_ids as uuid[];
comment on domain api.wanted_time_slot_ids is '{
  "type": "array",
  "items": {"type": "string", "format": "uuid"},
  "maxItems": 14
}';

-- Leads to be changed together.
create domain api.lead_ids as uuid[]
  constraint leads_are_two_hundred_at_most check (cardinality(value) <= 200);
comment on domain api.lead_ids is '{
  "type": "array",
  "items": {"type": "string", "format": "uuid"},
  "minItems": 1,
  "maxItems": 200
}';

-- Tags to be put on or taken off.
create domain api.lead_tags as text[]
  constraint texts_are_few_and_short check (cardinality(value) <= 10 and length(array_to_string(value, '')) <= 2000);
comment on domain api.lead_tags is '{
  "type": "array",
  "items": {"type": "string", "minLength": 1, "maxLength": 200},
  "maxItems": 10
}';

-- Weekdays and whether they are open.
create domain api.weekday_states as jsonb;
comment on domain api.weekday_states is '{
  "type": "array",
  "minItems": 1,
  "maxItems": 7,
  "items": {
    "type": "object",
    "required": ["weekday", "isOpen"],
    "additionalProperties": false,
    "properties": {"weekday": {"type": "integer", "minimum": 1, "maximum": 7}, "isOpen": {"type": "boolean"}}
  }
}';

-- How classes went, several at once.
create domain api.marks as jsonb;
comment on domain api.marks is '{
  "type": "array",
  "minItems": 1,
  "maxItems": 500,
  "items": {
    "type": "object",
    "required": ["id", "status"],
    "additionalProperties": false,
    "properties": {
      "id": {"type": "string", "format": "uuid"},
      "status": {"type": "string", "enum": ["present", "late", "absent", "scheduled"]},
      "note": {"type": ["string", "null"], "maxLength": 2000}
    }
  }
}';

-- Kinds of events that webhooks are told of.
create domain api.event_types as text[]
  constraint texts_are_few_and_short check (cardinality(value) <= 50 and length(array_to_string(value, '')) <= 3000);

-- Kinds of notifications that can be muted.
create domain api.notification_types as text[]
  constraint texts_are_few_and_short check (cardinality(value) <= 50 and length(array_to_string(value, '')) <= 3000);

-- Both kinds are those of school.notification_types. Its policies are not loaded yet, so its owner looks past them.
do $$
begin
  alter table school.notification_types no force row level security;
  execute (
    select format(
      'comment on domain api.event_types is %L; comment on domain api.notification_types is %L',
      jsonb_build_object('type', 'array', 'minItems', 1, 'maxItems', 50, 'items', jsonb_build_object(
        'type', 'string', 'enum', jsonb_agg(t.type order by t.sequence) filter (where t.is_for_webhooks)
      )),
      jsonb_build_object('type', 'array', 'maxItems', 50, 'items', jsonb_build_object(
        'type', 'string', 'enum', jsonb_agg(t.type order by t.sequence) filter (where t.may_be_muted)
      ))
    )
    from school.notification_types as t
  );
  alter table school.notification_types force row level security;
end
$$;

-- Free-form preferences.
create domain api.preferences_object as jsonb;
comment on domain api.preferences_object is '{"type": "object", "additionalProperties": true}';

-- A student who is not yet a user.
create domain api.new_student as jsonb;
comment on domain api.new_student is '{
  "type": "object",
  "required": ["name"],
  "additionalProperties": false,
  "properties": {
    "name": {"type": "string", "minLength": 1, "maxLength": 200},
    "email": {
      "type": ["string", "null"],
      "maxLength": 254,
      "minLength": 3,
      "pattern": "^\\s*[^@\\s]+@[^@\\s]+\\.[^@\\s]+\\s*$"
    },
    "phone": {"type": ["string", "null"], "minLength": 1, "maxLength": 40}
  }
}';
