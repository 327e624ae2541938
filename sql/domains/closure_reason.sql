-- Why the school is closed.
create domain api.closure_reason as text;
comment on domain api.closure_reason is '{"type": "string", "minLength": 1, "maxLength": 500}';
