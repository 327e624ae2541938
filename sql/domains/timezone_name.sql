-- A time zone of the IANA database.
create domain api.timezone_name as text
  constraint text_is_short check (length(value) <= 64);
comment on domain api.timezone_name is '{"type": "string", "minLength": 1, "maxLength": 64}';
