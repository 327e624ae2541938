-- A country, ISO 3166.
create domain api.region_code as text;
comment on domain api.region_code is '{"type": "string", "pattern": "^[A-Z]{2}$"}';
