-- What became of something to be sent.
create domain api.delivery_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.delivery_status is '{"type": "string", "enum": ["pending", "sent", "dead"]}';
