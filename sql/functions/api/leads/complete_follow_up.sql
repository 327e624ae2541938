create function api.complete_follow_up(
  p_lead_id uuid,
  p_outcome api.follow_up_outcome,
  p_follow_up_date date default null,
  p_note api.note_text default null
)
returns api.lead
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_answer api.lead;
begin
  if (p_outcome = 'rescheduled') <> (p_follow_up_date is not null) then
    perform school.fail_value('followUpDate', 'goes with the outcome rescheduled, and only with it');
  end if;
  perform from school.leads as l where l.id = p_lead_id and l.deleted_at is null for update;
  perform school.require_claimed(p_lead_id);
  update school.leads as l
  set
    follow_up_status = case when p_outcome = 'done' then 'done' else 'open' end,
    follow_up_date = coalesce(p_follow_up_date, l.follow_up_date),
    number_of_contact_attempts = l.number_of_contact_attempts + 1,
    last_contacted_date = school.today()
  where l.id = p_lead_id;
  if school.clean(p_note) is not null then
    insert into school.lead_notes (lead_id, author_id, body) values (p_lead_id, auth.user_id(), school.clean(p_note));
  end if;
  select * into v_answer from api.lead as l where l.id = p_lead_id;
  return v_answer;
end;
$$;
comment on function api.complete_follow_up is
  'Completes a follow-up: done, or moved to a next date, which reopens it. Counts a contact attempt today.
Refusals: not_found, forbidden.';
grant execute on function api.complete_follow_up to school_admin, school_staff;
