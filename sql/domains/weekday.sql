-- An ISO weekday, 1 = Monday.
create domain api.weekday as integer;
comment on domain api.weekday is '{"type": "integer", "minimum": 1, "maximum": 7}';
