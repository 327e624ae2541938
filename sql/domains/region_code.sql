-- A country, ISO 3166.
create domain api.region_code as text
  constraint text_is_short check (length(value) <= 2);
comment on domain api.region_code is '{"type": "string", "pattern": "^[A-Z]{2}$"}';
