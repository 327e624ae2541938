-- A student who is not yet a user.
create domain api.new_student as jsonb;
comment on domain api.new_student is '{"type": "object", "required": ["name"], "additionalProperties": false, "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 200}, "email": {"type": ["string", "null"], "maxLength": 254, "minLength": 3, "pattern": "^\\s*[^@\\s]+@[^@\\s]+\\.[^@\\s]+\\s*$"}, "phone": {"type": ["string", "null"], "minLength": 1, "maxLength": 40}}}';
