create function api.get_lead(p_lead_id uuid)
returns api.lead
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer api.lead;
begin
  select * into v_answer from api.lead as l where l.id = p_lead_id;
  if not found then
    perform school.fail_not_found('lead');
  end if;
  return v_answer;
end;
$$;
comment on function api.get_lead is 'A lead, to its owner, its teacher, to staff when unowned, and to admins.
Refusals: not_found.';
grant execute on function api.get_lead to school_admin, school_staff, school_teacher;
