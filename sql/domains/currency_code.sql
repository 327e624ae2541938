-- A currency, ISO 4217.
create domain api.currency_code as text;
comment on domain api.currency_code is '{"type": "string", "pattern": "^[A-Z]{3}$"}';
