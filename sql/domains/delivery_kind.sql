-- How something is sent.
create domain api.delivery_kind as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.delivery_kind is '{"type": "string", "enum": ["email", "webhook"]}';
