-- Where an access request stands.
create domain api.access_request_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.access_request_status is '{"type": "string", "enum": ["pending", "approved", "rejected"]}';
