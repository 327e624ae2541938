-- A few sentences.
create domain api.medium_text as text;
comment on domain api.medium_text is '{"type": "string", "maxLength": 1000}';
