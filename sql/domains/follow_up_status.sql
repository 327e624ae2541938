-- Whether a follow-up is still to be made.
create domain api.follow_up_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.follow_up_status is '{"type": "string", "enum": ["open", "done"]}';
