create or replace function school.lead_conflict(p_lead_id uuid, p_code text, p_message text)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select jsonb_build_object(
    'code', p_code,
    'message', p_message,
    'lead', row(p_lead_id, (select l.name from school.leads as l where l.id = p_lead_id))::api.lead_ref
  );
$$;
comment on function school.lead_conflict(uuid, text, text) is
  'What stands against changing a lead, which is named to who sees it.';
grant execute on function school.lead_conflict(uuid, text, text) to school_admin, school_staff;
