-- A few sentences.
create domain api.medium_text as text
  constraint text_is_short check (length(value) <= 1000);
comment on domain api.medium_text is '{"type": "string", "maxLength": 1000}';
