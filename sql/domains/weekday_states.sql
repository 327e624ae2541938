-- Weekdays and whether they are open.
create domain api.weekday_states as jsonb;
comment on domain api.weekday_states is '{"type": "array", "minItems": 1, "maxItems": 7, "items": {"type": "object", "required": ["weekday", "isOpen"], "additionalProperties": false, "properties": {"weekday": {"type": "integer", "minimum": 1, "maximum": 7}, "isOpen": {"type": "boolean"}}}}';
