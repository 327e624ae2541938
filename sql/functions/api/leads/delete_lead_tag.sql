create function api.delete_lead_tag(p_lead_id uuid, p_tag text)
returns api.lead
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_answer api.lead;
begin
  if school.clean(p_tag) is null then
    perform school.fail_value('tag', 'is blank');
  end if;
  perform school.require_claimed(p_lead_id);
  perform school.take_tag_off(p_lead_id, school.clean(p_tag));
  select * into v_answer from api.lead as l where l.id = p_lead_id;
  return v_answer;
end;
$$;
comment on function api.delete_lead_tag is 'Takes a tag off a lead; an absent one too.
Refusals: not_found, forbidden.';
grant execute on function api.delete_lead_tag to school_admin, school_staff;
