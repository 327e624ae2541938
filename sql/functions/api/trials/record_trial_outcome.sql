-- definer: trials are nobody's to write, and teachers write one member of leads that may not be theirs.
create function api.record_trial_outcome(
  p_trial_id uuid,
  p_status api.trial_outcome,
  p_note api.message_text default null
)
returns api.trial
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_trial school.trials := school.lock_trial_row(p_trial_id);
  v_note text := school.clean(p_note);
  v_answer api.trial;
begin
  if v_trial.class_date > school.today() then
    perform school.fail('class_in_future', format('The class is on %s.', v_trial.class_date));
  end if;
  update school.trials as x
  set status = p_status, note = v_note, ended_at = school.clock(), ended_by = auth.user_id()
  where x.id = p_trial_id;
  update school.leads as l set demo_conducted = p_status = 'attended' where l.id = v_trial.lead_id;
  if v_note is not null then
    insert into school.lead_notes (lead_id, author_id, body) values (v_trial.lead_id, auth.user_id(), v_note);
  end if;
  perform school.note_dates_changed('{}', array[v_trial.classroom_slot_id]);
  select * into v_answer from api.trial as r where r.id = p_trial_id;
  return v_answer;
end;
$$;
comment on function api.record_trial_outcome is
  'Records whether the lead came to a trial; the lead''s demoConducted says the same, and the note is added to it.
Its teacher, the owner of the lead and admins record it, from the date on.
Refusals: not_found, invalid_state (it has ended), class_in_future.';
grant execute on function api.record_trial_outcome to school_admin, school_staff, school_teacher;
