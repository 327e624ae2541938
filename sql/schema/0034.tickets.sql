-- Addresses for what sends no header: a browser's EventSource, a download.
set local role school_owner;

create table auth.tickets (
  token_hash bytea primary key,
  session_token_hash bytea not null references auth.sessions (token_hash) on delete cascade,
  path text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint token_hash_is_sha256 check (octet_length(token_hash) = 32),
  constraint path_is_short check (length(path) <= 100),
  constraint ends_after_it_starts check (created_at < expires_at)
);
comment on table auth.tickets is
  'Short-lived tokens that stand for a session at one address, by their SHA-256. They end with the session.';
comment on column auth.tickets.path is 'The address that the ticket opens.';
create index tickets_by_session on auth.tickets (session_token_hash, expires_at);

alter table auth.tickets enable row level security, force row level security;
