-- Some paragraphs.
create domain api.long_text as text
  constraint text_is_short check (length(value) <= 5000);
comment on domain api.long_text is '{"type": "string", "maxLength": 5000}';
