-- Classes of a plan.
create domain api.total_classes as integer;
comment on domain api.total_classes is '{"type": "integer", "minimum": 1, "maximum": 500}';
