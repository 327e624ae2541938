-- Up to where the write-ahead log reached when a session last wrote: a standby that has replayed as much shows the
-- session what it wrote. Kept only where a standby is read from.
set local role school_owner;

alter table auth.sessions add column last_write pg_lsn;
comment on column auth.sessions.last_write is 'Where the write-ahead log was after the session''s last write; null: unknown, or none.';
