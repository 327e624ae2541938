-- Where an admission stands.
create domain api.admission_status as text;
comment on domain api.admission_status is '{"type": "string", "enum": ["active", "blocked", "cancelled", "completed"]}';
