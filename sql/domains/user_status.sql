-- Whether a user may log in.
create domain api.user_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.user_status is '{"type": "string", "enum": ["active", "disabled"]}';
