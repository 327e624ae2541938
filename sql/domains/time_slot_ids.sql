-- The weekly times chosen.
create domain api.time_slot_ids as uuid[];
comment on domain api.time_slot_ids is '{"type": "array", "items": {"type": "string", "format": "uuid"}, "minItems": 1, "maxItems": 14}';
