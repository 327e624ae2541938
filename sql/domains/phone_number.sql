-- A phone number as people write it.
create domain api.phone_number as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.phone_number is '{"type": "string", "minLength": 1, "maxLength": 40}';
