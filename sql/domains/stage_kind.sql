-- What a lead stage means.
create domain api.stage_kind as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.stage_kind is '{"type": "string", "enum": ["open", "won", "lost"]}';
