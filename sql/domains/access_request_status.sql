-- Where an access request stands.
create domain api.access_request_status as text;
comment on domain api.access_request_status is '{"type": "string", "enum": ["pending", "approved", "rejected"]}';
