-- Whether an admission is paid.
create domain api.payment_status as text;
comment on domain api.payment_status is '{"type": "string", "enum": ["paid", "unpaid"]}';
