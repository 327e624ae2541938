-- The error of a run: SQLSTATE, cause, place. Whoever looks after jobs need not know people: of our refusals the code
-- is kept, of PostgreSQL's own errors the message unless it quotes values (22), and of what somebody raises nothing.
create or replace function jobs.failure(p_sqlstate text, p_message text, p_detail text, p_context text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select left(concat_ws(
    ' ',
    p_sqlstate,
    case
      when p_sqlstate = 'OS001' then p_detail::json ->> 'code'
      when p_sqlstate !~ '^(22|OS|P0)' then p_message
    end,
    'in ' || substring(p_context from 'PL/pgSQL function (.*? line \d+)')
  ), 500);
$$;
comment on function jobs.failure(text, text, text, text) is 'What a run keeps of an error.';
