-- A name or title.
create domain api.name_text as text;
comment on domain api.name_text is '{"type": "string", "minLength": 1, "maxLength": 200}';
