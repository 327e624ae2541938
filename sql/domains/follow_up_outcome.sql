-- How a follow-up ended.
create domain api.follow_up_outcome as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.follow_up_outcome is '{"type": "string", "enum": ["done", "rescheduled"]}';
