-- How a follow-up ended.
create domain api.follow_up_outcome as text;
comment on domain api.follow_up_outcome is '{"type": "string", "enum": ["done", "rescheduled"]}';
