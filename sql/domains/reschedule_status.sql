-- Where a reschedule request stands.
create domain api.reschedule_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.reschedule_status is '{"type": "string", "enum": ["pending", "approved", "rejected", "withdrawn", "expired", "closed"]}';
