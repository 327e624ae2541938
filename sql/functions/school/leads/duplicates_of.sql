-- For each lead that has any.
create or replace function school.duplicates_of(p_lead_ids uuid[])
returns table (lead_id uuid, duplicates api.lead_twin[])
language plpgsql
stable
rows 10
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return query
  select w.lead_id, array_agg(
    row(ol.id, ol.name, case when ol.phone_key = l.phone_key then 'phone' else 'email' end)::api.lead_twin
    order by ol.created_at, ol.id
  )
  from school.twins_of(p_lead_ids) as w
  join school.leads as l on l.id = w.lead_id
  join school.leads as ol on ol.id = w.twin_id
  group by w.lead_id;
end;
$$;
comment on function school.duplicates_of(uuid[]) is
  'Leads with the same phone or e-mail, as far as the caller sees them.';
grant execute on function school.duplicates_of(uuid[]) to school_admin, school_staff, school_teacher;
