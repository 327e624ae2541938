-- Where a class of a student stands.
create domain api.attendance_status as text;
comment on domain api.attendance_status is '{"type": "string", "enum": ["scheduled", "present", "late", "absent", "cancelled"]}';
