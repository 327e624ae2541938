create function api.get_trial(p_trial_id uuid)
returns api.trial
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer api.trial;
begin
  select * into v_answer from api.trial as r where r.id = p_trial_id;
  if not found then
    perform school.fail_not_found('trial');
  end if;
  return v_answer;
end;
$$;
comment on function api.get_trial is 'A trial class of a lead.
Refusals: not_found.';
grant execute on function api.get_trial to school_admin, school_staff, school_teacher;
