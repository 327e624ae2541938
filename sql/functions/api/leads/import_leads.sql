-- p_rows: the lines of the file, the header first: [{"line": 1, "cells": ["name", …]}, …].
create function api.import_leads(p_rows jsonb, p_dry_run boolean default false)
returns json
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_errors json;
  v_created integer := 0;
begin
  perform school.require_lead_csv_header(p_rows);
  select coalesce(
    json_agg(json_build_object('line', e.line, 'column', e."column", 'message', e.message) order by e.line, e."column"),
    '[]'
  )
  into v_errors
  from school.lead_csv_errors(p_rows) as e;
  if not p_dry_run and json_array_length(v_errors) = 0 then
    v_created := school.insert_csv_leads(p_rows);
  end if;
  return json_build_object('rows', jsonb_array_length(p_rows) - 1, 'created', v_created, 'errors', v_errors);
end;
$$;
comment on function api.import_leads is
  'Adds the leads of a CSV file, all or none.
The header names members of a lead, and tags (separated by semicolons); without stageId a lead begins in the first '
  'open stage. With dryRun nothing is added. What is wrong is told by line and column. Staff own what they import.
Answers: lead_import.
Refusals: invalid_request for a header that does not fit.';
grant execute on function api.import_leads to school_admin, school_staff;
