-- Dated classes live in rows of their own: who counts them for a person collides on the person instead.
set local role school_owner;

alter table school.users add column dates_changed_at timestamptz not null default now();
comment on column school.users.dates_changed_at is
  'When the dated classes of the person changed last: a row to collide on for those who count them.';
