-- What the catalog looked like when it was last migrated, so that what is changed by hand shows.
set local role school_owner;

create table auth.catalog_fingerprint (
  kind text not null,
  name text not null,
  sha256 text not null,
  server_major integer not null,
  recorded_at timestamptz not null default now(),
  primary key (kind, name),
  constraint sha256_is_hexadecimal check (sha256 ~ '^[0-9a-f]{64}$')
);
comment on table auth.catalog_fingerprint is 'Every object of ours as the last migration left it. Another major version of the server writes definitions in other words, so it is only compared with its own.';

alter table auth.catalog_fingerprint enable row level security, force row level security;
