-- For school.grams as a tsvector. One or two characters are looked for as the beginning of a run; of a longer text the
-- runs side by side and the last one suffice, those that overlap them would only cost time.
create or replace function school.grams_query(p_text text)
returns tsquery
language sql
immutable
security invoker
set search_path = ''
as $$
  select string_agg(distinct format('''%s''%s', replace(replace(g, '\', '\\'), '''', ''''''), case when length(g) < 3 then ':*' end), ' & ')::tsquery
  from (
    select substr(p_text, least(i, greatest(1, length(p_text) - 2)), 3) as g
    from generate_series(1, length(p_text), 3) as i
  ) as run;
$$;
comment on function school.grams_query(text) is 'What the runs of characters of a text fulfil in which p_text is to be found.';
