-- definer: pauses and attendance are nobody's to write; who may is stated.
create function api.pause_admission(
  p_admission_id uuid,
  p_from date,
  p_to date,
  p_reason api.medium_text default null,
  p_override boolean default false,
  p_if_match bigint default null
)
returns api.admission
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_pause jsonb := school.pause(p_admission_id, p_from, p_to, p_reason, coalesce(p_override, false), p_if_match);
  v_answer api.admission;
begin
  perform school.fail_conflicts(v_pause -> 'conflicts');
  perform school.emit_pause(p_admission_id, p_from, p_to, p_reason, v_pause);
  select * into v_answer from api.admission as a where a.id = p_admission_id;
  return v_answer;
end;
$$;
comment on function api.pause_admission is 'Lets a plan pause from a date to another, both included.
The classes scheduled then that have not begun are cancelled and as many are appended at the end of the plan; the seat '
  'stays, requests to move one of them are closed. override (admins): more days than the school''s policy allows.
Refusals: forbidden, not_found, version_mismatch, invalid_state unless active, start_date_out_of_range, pause_too_long '
  '(with daysLeft), no_change (no class in that time), no_class_dates. All of them are in conflicts.';
grant execute on function api.pause_admission to school_admin, school_staff;
