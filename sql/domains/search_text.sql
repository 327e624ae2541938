-- Text to look for.
create domain api.search_text as text;
comment on domain api.search_text is '{"type": "string", "minLength": 1, "maxLength": 200}';
