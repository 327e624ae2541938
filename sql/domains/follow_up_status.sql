-- Whether a follow-up is still to be made.
create domain api.follow_up_status as text;
comment on domain api.follow_up_status is '{"type": "string", "enum": ["open", "done"]}';
