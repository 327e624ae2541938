-- A number of attempts.
create domain api.attempt_count as integer;
comment on domain api.attempt_count is '{"type": "integer", "minimum": 0, "maximum": 100000}';
