-- A line of text.
create domain api.short_text as text;
comment on domain api.short_text is '{"type": "string", "maxLength": 200}';
