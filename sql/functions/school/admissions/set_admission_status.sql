-- Takes a locked admission from one of p_from to p_to, with its event. Raises invalid_state.
create or replace function school.set_admission_status(
  p_admission school.admissions,
  p_from text[],
  p_to text,
  p_event text,
  p_reason text
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if (p_admission).status <> all (p_from) then
    perform school.fail('invalid_state', format('The admission is %s.', (p_admission).status));
  end if;
  update school.admissions as a
  set status = p_to, status_reason = school.clean(p_reason)
  where a.id = (p_admission).id;
  perform school.emit(p_event, 'admission', (p_admission).id, jsonb_strip_nulls(jsonb_build_object(
    'courseId', (p_admission).course_id, 'leadId', (p_admission).lead_id, 'reason', school.clean(p_reason)
  )));
end;
$$;
comment on function school.set_admission_status(school.admissions, text[], text, text, text) is
  'Changes the state of an admission.';
