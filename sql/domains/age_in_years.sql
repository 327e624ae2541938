-- An age.
create domain api.age_in_years as integer;
comment on domain api.age_in_years is '{"type": "integer", "minimum": 0, "maximum": 120}';
