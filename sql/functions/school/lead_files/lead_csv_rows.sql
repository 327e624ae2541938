-- The data lines of a file of leads, each as a JSON object by column; blank cells are left out. p_rows as in
-- api.import_leads. An apostrophe before = + - @, also in full width, is the export's, and goes.
create or replace function school.lead_csv_rows(p_rows jsonb)
returns table (line integer, cell_count integer, cells jsonb)
language sql
immutable
security invoker
set search_path = ''
as $$
  with header as (
    select h.name, h.position
    from jsonb_array_elements_text(p_rows -> 0 -> 'cells') with ordinality as h (name, position)
  )
  select
    (r.row ->> 'line')::integer,
    jsonb_array_length(r.row -> 'cells'),
    (
      select coalesce(jsonb_object_agg(h.name, c.value) filter (where c.value is not null), '{}')
      from header as h
      cross join lateral (
        select school.clean(regexp_replace(
          r.row -> 'cells' ->> (h.position - 1)::integer, '^''(?=''*[=+\-@＝＋－＠\t\r])', ''
        )) as value
      ) as c
    )
  from jsonb_array_elements(p_rows) with ordinality as r (row, position)
  where r.position > 1;
$$;
comment on function school.lead_csv_rows(jsonb) is 'The data lines of a file of leads.';
grant execute on function school.lead_csv_rows(jsonb) to school_admin, school_staff;
