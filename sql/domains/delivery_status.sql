-- What became of something to be sent.
create domain api.delivery_status as text;
comment on domain api.delivery_status is '{"type": "string", "enum": ["pending", "sent", "dead"]}';
