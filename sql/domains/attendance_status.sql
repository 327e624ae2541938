-- Where a class of a student stands.
create domain api.attendance_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.attendance_status is '{"type": "string", "enum": ["scheduled", "present", "late", "absent", "cancelled"]}';
