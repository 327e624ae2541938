create function api.put_lead_tag(p_lead_id uuid, p_tag text)
returns api.lead
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_answer api.lead;
begin
  perform school.put_tag_on(p_lead_id, p_tag);
  select * into v_answer from api.lead as l where l.id = p_lead_id;
  return v_answer;
end;
$$;
comment on function api.put_lead_tag is 'Puts a tag on a lead; again changes nothing.
Refusals: not_found, forbidden.';
grant execute on function api.put_lead_tag to school_admin, school_staff;
