-- Where a reschedule request stands.
create domain api.reschedule_status as text;
comment on domain api.reschedule_status is '{"type": "string", "enum": ["pending", "approved", "rejected", "withdrawn", "expired", "closed"]}';
