-- Two line ends are put at the end of the text, so that every character of it begins a run.
create or replace function school.grams(p_text text)
returns text[]
language sql
immutable
security invoker
set search_path = ''
as $$
  select coalesce(array_agg(distinct substr(p_text || e'\n\n', i, 3)), '{}')
  from generate_series(1, length(p_text)) as i;
$$;
comment on function school.grams(text) is 'All runs of three characters of a text.';
