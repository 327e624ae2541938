-- A message or reason.
create domain api.message_text as text
  constraint text_is_short check (length(value) <= 2000);
comment on domain api.message_text is '{"type": "string", "maxLength": 2000}';
