-- The work grows with the square of the length: a text is at most what search_text of a lead can be.
-- Two line ends are put at the end of the text, so that every character of it begins a run.
create or replace function school.grams(p_text text)
returns text[]
language sql
immutable
security invoker
set search_path = ''
as $$
  select coalesce(array_agg(distinct substr(t.text || e'\n\n', i, 3)), '{}')
  from (select left(p_text, 1000) as text) as t
  cross join lateral generate_series(1, length(t.text)) as i;
$$;
comment on function school.grams(text) is 'All runs of three characters of a text.';
