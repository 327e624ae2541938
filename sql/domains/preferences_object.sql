-- Free-form preferences.
create domain api.preferences_object as jsonb;
comment on domain api.preferences_object is '{"type": "object"}';
