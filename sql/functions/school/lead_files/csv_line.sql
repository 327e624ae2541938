-- One line of CSV (RFC 4180). A cell that a spreadsheet would take for a formula, by a sign in front that may be a
-- full-width one, gets an apostrophe (OWASP: CSV injection), and so does one that has such apostrophes already;
-- school.lead_csv_rows takes one off again.
create or replace function school.csv_line(p_cells text[])
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select string_agg(
    case when g.cell ~ '[",\r\n;\t]|^\s|\s$' then '"' || replace(g.cell, '"', '""') || '"' else g.cell end,
    ',' order by g.position
  ) || e'\r\n'
  from (
    select
      c.position,
      case when c.cell ~ '^''*[=+\-@＝＋－＠\t\r]' then '''' || c.cell else coalesce(c.cell, '') end as cell
    from unnest(p_cells) with ordinality as c (cell, position)
  ) as g;
$$;
comment on function school.csv_line(text[]) is 'A line of CSV that is safe to open in a spreadsheet.';
grant execute on function school.csv_line(text[]) to school_admin, school_staff;
