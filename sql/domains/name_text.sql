-- A name or title.
create domain api.name_text as text
  constraint text_is_short check (length(value) <= 200);
comment on domain api.name_text is '{"type": "string", "minLength": 1, "maxLength": 200}';
