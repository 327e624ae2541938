-- definer: admissions are nobody's to write; admins decide.
create function api.block_admission(
  p_admission_id uuid,
  p_reason api.medium_text default null,
  p_if_match bigint default null
)
returns api.admission
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_admission school.admissions := school.lock_admission_row(p_admission_id, p_if_match);
  v_answer api.admission;
begin
  perform school.set_admission_status(v_admission, '{active}', 'blocked', 'admission.blocked', p_reason);
  select * into v_answer from api.admission as a where a.id = p_admission_id;
  return v_answer;
end;
$$;
comment on function api.block_admission is 'Blocks an admission: the seat is kept, marking and rescheduling are refused.
Refusals: not_found, version_mismatch, invalid_state unless active.';
grant execute on function api.block_admission to school_admin;
