-- How a class went for a student.
create domain api.mark_status as text;
comment on domain api.mark_status is '{"type": "string", "enum": ["present", "late", "absent"]}';
