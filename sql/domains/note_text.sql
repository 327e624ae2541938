-- A note.
create domain api.note_text as text;
comment on domain api.note_text is '{"type": "string", "minLength": 1, "maxLength": 5000}';
