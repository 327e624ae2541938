-- definer: teachers write three members of the leads assigned to them and nothing else.
create function api.record_demo(
  p_lead_id uuid,
  p_demo_date date,
  p_demo_conducted boolean,
  p_note api.note_text default null
)
returns api.lead
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_lead school.leads := school.require_lead(p_lead_id);
  v_answer api.lead;
begin
  if auth.role() = 'staff' and v_lead.owner_id is null then
    perform school.fail('forbidden', 'Claim the lead first.');
  end if;
  update school.leads
  set demo_date = p_demo_date, demo_conducted = p_demo_conducted
  where id = p_lead_id;
  if school.clean(p_note) is not null then
    insert into school.lead_notes (lead_id, author_id, body) values (p_lead_id, auth.user_id(), school.clean(p_note));
  end if;
  select * into v_answer from api.lead as l where l.id = p_lead_id;
  return v_answer;
end;
$$;
comment on function api.record_demo is 'Records the demonstration lesson of a lead.
Refusals: not_found, forbidden.';
grant execute on function api.record_demo to school_admin, school_staff, school_teacher;
