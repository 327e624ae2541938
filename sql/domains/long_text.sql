-- Some paragraphs.
create domain api.long_text as text;
comment on domain api.long_text is '{"type": "string", "maxLength": 5000}';
