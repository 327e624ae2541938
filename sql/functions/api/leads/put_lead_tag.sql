create function api.put_lead_tag(p_lead_id uuid, p_tag text)
returns api.lead
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_tag text := school.clean(p_tag);
  v_answer api.lead;
begin
  if v_tag is null then
    perform school.fail_value('tag', 'is blank');
  end if;
  v_answer := api.get_lead(p_lead_id);
  insert into school.lead_tags (lead_id, tag)
  values (p_lead_id, v_tag)
  on conflict (lead_id, (tag || '')) do nothing;
  select * into v_answer from api.lead as l where l.id = p_lead_id;
  return v_answer;
end;
$$;
comment on function api.put_lead_tag is 'Puts a tag on a lead; again changes nothing.
Refusals: not_found, forbidden.';
grant execute on function api.put_lead_tag to school_admin, school_staff;
