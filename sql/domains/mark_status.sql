-- How a class went for a student.
create domain api.mark_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.mark_status is '{"type": "string", "enum": ["present", "late", "absent"]}';
