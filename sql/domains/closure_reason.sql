-- Why the school is closed.
create domain api.closure_reason as text
  constraint text_is_short check (length(value) <= 500);
comment on domain api.closure_reason is '{"type": "string", "minLength": 1, "maxLength": 500}';
