-- A message or reason.
create domain api.message_text as text;
comment on domain api.message_text is '{"type": "string", "maxLength": 2000}';
