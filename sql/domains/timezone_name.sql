-- A time zone of the IANA database.
create domain api.timezone_name as text;
comment on domain api.timezone_name is '{"type": "string", "minLength": 1, "maxLength": 64}';
