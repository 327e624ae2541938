-- Where an admission stands.
create domain api.admission_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.admission_status is '{"type": "string", "enum": ["active", "blocked", "cancelled", "completed"]}';
