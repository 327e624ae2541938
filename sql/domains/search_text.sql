-- Text to look for.
create domain api.search_text as text
  constraint text_is_short check (length(value) <= 200);
comment on domain api.search_text is '{"type": "string", "minLength": 1, "maxLength": 200}';
