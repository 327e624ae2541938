-- A place in an order.
create domain api.position_number as integer;
comment on domain api.position_number is '{"type": "integer", "minimum": 0, "maximum": 10000}';
