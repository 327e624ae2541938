-- How classes went, several at once.
create domain api.marks as jsonb;
comment on domain api.marks is '{"type": "array", "minItems": 1, "maxItems": 500, "items": {"type": "object", "required": ["id", "status"], "additionalProperties": false, "properties": {"id": {"type": "string", "format": "uuid"}, "status": {"type": "string", "enum": ["present", "late", "absent"]}, "note": {"type": ["string", "null"], "maxLength": 2000}}}}';
