-- An amount in the school's currency.
create domain api.money as numeric;
comment on domain api.money is '{"type": "number", "minimum": 0, "maximum": 9999999999.99}';
