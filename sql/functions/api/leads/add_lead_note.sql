create function api.add_lead_note(p_lead_id uuid, p_body api.note_text)
returns api.lead_note
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid;
  v_answer api.lead_note;
begin
  perform api.get_lead(p_lead_id);
  insert into school.lead_notes (lead_id, author_id, body)
  values (p_lead_id, auth.user_id(), school.clean(p_body))
  returning id into v_id;
  select * into v_answer from api.lead_note as n where n.id = v_id;
  return v_answer;
end;
$$;
comment on function api.add_lead_note is
  'Adds a note to a lead; staff to the leads they own, teachers to those assigned to them.
Refusals: not_found, forbidden.';
grant execute on function api.add_lead_note to school_admin, school_staff, school_teacher;
