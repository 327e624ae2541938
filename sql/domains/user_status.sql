-- Whether a user may log in.
create domain api.user_status as text;
comment on domain api.user_status is '{"type": "string", "enum": ["active", "disabled"]}';
