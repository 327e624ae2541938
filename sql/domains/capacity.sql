-- Seats of a weekly class.
create domain api.capacity as integer;
comment on domain api.capacity is '{"type": "integer", "minimum": 1, "maximum": 1000}';
