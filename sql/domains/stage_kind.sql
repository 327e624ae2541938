-- What a lead stage means.
create domain api.stage_kind as text;
comment on domain api.stage_kind is '{"type": "string", "enum": ["open", "won", "lost"]}';
