-- Asked of the primary before a standby is read from: it alone knows at once that a session has ended.
-- Raises unauthenticated.
-- definer: the gateway reads no table.
create or replace function auth.last_write(p_token_hash bytea)
returns pg_lsn
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform auth.require_session(p_token_hash);
  return (select s.last_write from auth.sessions as s where s.token_hash = p_token_hash);
end;
$$;
comment on function auth.last_write(bytea) is
  'Where the write-ahead log was after an open session''s last write; null when it has written nothing.';
grant execute on function auth.last_write(bytea) to school_gateway;
