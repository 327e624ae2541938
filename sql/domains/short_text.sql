-- A line of text.
create domain api.short_text as text
  constraint text_is_short check (length(value) <= 200);
comment on domain api.short_text is '{"type": "string", "maxLength": 200}';
