-- A note.
create domain api.note_text as text
  constraint text_is_short check (length(value) <= 5000);
comment on domain api.note_text is '{"type": "string", "minLength": 1, "maxLength": 5000}';
