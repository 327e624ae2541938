-- A currency, ISO 4217.
create domain api.currency_code as text
  constraint text_is_short check (length(value) <= 3);
comment on domain api.currency_code is '{"type": "string", "pattern": "^[A-Z]{3}$"}';
