-- Where a list goes on: nextCursor of the page before.
create domain api.page_cursor as text
  constraint text_is_short check (length(value) <= 2000);
comment on domain api.page_cursor is '{"type": "string", "minLength": 1, "maxLength": 2000}';
