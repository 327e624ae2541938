-- Weekly classes of a plan.
create domain api.classes_per_week as integer;
comment on domain api.classes_per_week is '{"type": "integer", "minimum": 1, "maximum": 14}';
