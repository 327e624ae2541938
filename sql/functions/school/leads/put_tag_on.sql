-- Puts a tag on a lead, again changes nothing. Raises invalid_request, not_found, forbidden.
create or replace function school.put_tag_on(p_lead_id uuid, p_tag text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if school.clean(p_tag) is null then
    perform school.fail_value('tag', 'is blank');
  end if;
  perform school.require_claimed(p_lead_id);
  insert into school.lead_tags (lead_id, tag)
  values (p_lead_id, school.clean(p_tag))
  on conflict (lead_id, (tag || '')) do nothing;
end;
$$;
comment on function school.put_tag_on(uuid, text) is 'Puts a tag on a lead.';
grant execute on function school.put_tag_on(uuid, text) to school_admin, school_staff;
