-- Raises invalid_request for a header that is missing, or names a column twice or one that leads do not have.
create or replace function school.require_lead_csv_header(p_rows jsonb)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_wrong jsonb;
begin
  if coalesce(jsonb_array_length(p_rows), 0) = 0 then
    perform school.fail_value('body', 'is empty; a header of column names is expected');
  end if;
  select jsonb_agg(jsonb_build_object('pointer', '/' || h.name, 'message', case
    when h.count > 1 then 'is a column twice'
    else 'is not a column of leads'
  end))
  into v_wrong
  from (
    select c as name, count(*) as count
    from jsonb_array_elements_text(p_rows -> 0 -> 'cells') as c
    group by c
  ) as h
  where h.count > 1
    or h.name not in (select k.name from school.lead_csv_columns() as k);
  if v_wrong is not null then
    perform school.fail('invalid_request', 'The header does not fit leads.', jsonb_build_object('errors', v_wrong));
  end if;
end;
$$;
comment on function school.require_lead_csv_header(jsonb) is 'Refuses the header of a file of leads.';
grant execute on function school.require_lead_csv_header(jsonb) to school_admin, school_staff;
