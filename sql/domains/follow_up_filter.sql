-- Where an open follow-up stands against the school's today.
create domain api.follow_up_filter as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.follow_up_filter is '{"type": "string", "enum": ["overdue", "today", "upcoming"]}';
