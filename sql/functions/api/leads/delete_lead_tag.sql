create function api.delete_lead_tag(p_lead_id uuid, p_tag text)
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
  if not auth.is_admin() and v_answer."ownerId" is distinct from auth.user_id() then
    perform school.fail('forbidden', 'Claim the lead first.');
  end if;
  perform school.take_tag_off(p_lead_id, v_tag);
  select * into v_answer from api.lead as l where l.id = p_lead_id;
  return v_answer;
end;
$$;
comment on function api.delete_lead_tag is 'Takes a tag off a lead; an absent one too.
Refusals: not_found, forbidden.';
grant execute on function api.delete_lead_tag to school_admin, school_staff;
