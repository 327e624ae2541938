-- Where an open follow-up stands against the school's today.
create domain api.follow_up_filter as text;
comment on domain api.follow_up_filter is '{"type": "string", "enum": ["overdue", "today", "upcoming"]}';
