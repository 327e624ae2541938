-- A lead converts once; renewals are not conversions.
create or replace function school.converted_lead_conflicts(p_request school.admission_request)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'code', 'lead_already_converted',
    'message', 'This lead was admitted already.',
    'admissionId', a.id
  )), '[]')
  from school.admissions as a
  where a.lead_id = (p_request).lead_id
    and a.renewed_from_id is null;
$$;
comment on function school.converted_lead_conflicts(school.admission_request) is
  'That the lead of a wanted admission was admitted already.';
