-- A refusal as an answer instead of an error: for refusals whose trace must commit.
create or replace function school.problem(p_code text, p_message text, p_members jsonb default '{}')
returns json
language sql
immutable
security invoker
set search_path = ''
as $$
  select json_build_object(
    'problem', jsonb_build_object('code', p_code, 'message', p_message) || p_members
  );
$$;
comment on function school.problem(text, text, jsonb) is 'A refusal to return: {"problem": {code, message, …}}.';
