-- Locks admission, the classes of the course by id, then its rows.
-- definer: admissions are nobody's to write; admins decide.
create function api.cancel_admission(
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
  v_admission school.admissions;
  v_course_ids uuid[];
  v_answer api.admission;
begin
  perform school.lock_renewed(p_admission_id);
  v_admission := school.lock_admission_row(p_admission_id, p_if_match);
  perform school.set_admission_status(v_admission, '{active,blocked}', 'cancelled', 'admission.cancelled', p_reason);
  v_course_ids := school.courses_freed(array[p_admission_id]);
  perform school.lock_classes_of_courses(v_course_ids);
  perform school.give_up_seats(array[p_admission_id]);
  perform school.return_seats(p_admission_id);
  perform school.cancel_future_classes(p_admission_id);
  perform school.offer_seats(v_course_ids);
  select * into v_answer from api.admission as a where a.id = p_admission_id;
  return v_answer;
end;
$$;
comment on function api.cancel_admission is
  'Cancels an admission: its seats are free, or offered to who waits, at once, the classes still to come are '
  'cancelled, those begun stay, requests to move one are closed. The seats of a renewal go back to the admission it '
  'renewed while that one runs.
Refusals: not_found, version_mismatch, invalid_state (completed or cancelled already).';
grant execute on function api.cancel_admission to school_admin;
