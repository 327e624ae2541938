-- Dates in order as a text for people, the first ten of them; null for none.
create or replace function school.date_list(p_dates date[])
returns text
language sql
stable
security invoker
set search_path = ''
as $$
  select
    nullif(array_to_string(p_dates[1:10], ', '), '')
    || case when cardinality(p_dates) > 10 then format(' and %s more', cardinality(p_dates) - 10) else '' end;
$$;
comment on function school.date_list(date[]) is 'Dates as a text.';
