-- How something is sent.
create domain api.delivery_kind as text;
comment on domain api.delivery_kind is '{"type": "string", "enum": ["email", "webhook"]}';
