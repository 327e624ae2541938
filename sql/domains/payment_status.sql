-- Whether an admission is paid.
create domain api.payment_status as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.payment_status is '{"type": "string", "enum": ["paid", "unpaid"]}';
