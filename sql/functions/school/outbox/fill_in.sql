-- One pass: what a value brings along is never taken for a placeholder. A placeholder without a value is left out.
create or replace function school.fill_in(p_text text, p_values jsonb)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return (
    select string_agg(
      case when m.part[2] is null then m.part[1] else coalesce(p_values ->> m.part[2], '') end,
      ''
      order by m.place
    )
    from regexp_matches(p_text, '(\{([A-Za-z]+)\}|[^{]+|\{)', 'g') with ordinality as m (part, place)
  );
end;
$$;
comment on function school.fill_in(text, jsonb) is 'A text with its {placeholders} filled in.';
