-- Called after the commit of what a session wrote, in a transaction of its own and before the client is answered.
-- definer: sessions are nobody's to write.
create or replace function auth.note_write(p_token_hash bytea)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  update auth.sessions as s
  set last_write = greatest(s.last_write, pg_current_wal_insert_lsn())
  where s.token_hash = p_token_hash;
$$;
comment on function auth.note_write(bytea) is 'Notes that a session has written up to now.';
grant execute on function auth.note_write(bytea) to school_gateway;
