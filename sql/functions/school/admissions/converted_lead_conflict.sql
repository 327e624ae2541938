create or replace function school.converted_lead_conflict(p_request api.admission_request)
returns setof jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select jsonb_build_object(
    'code', 'lead_already_converted',
    'message', 'This lead was admitted already.',
    'admissionId', a.id
  )
  from school.admissions as a
  where a.lead_id = (p_request).lead_id
    and a.renewed_from_id is null;
$$;
comment on function school.converted_lead_conflict(api.admission_request) is 'A lead converts once: the conflict when it did, no row when it did not.';
