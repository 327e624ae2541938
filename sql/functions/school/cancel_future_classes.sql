-- Cancels the classes of an admission that have not begun and closes the requests to move them. What has begun stays.
create or replace function school.cancel_future_classes(p_admission_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  update school.attendance as b
  set status = 'cancelled'
  where b.admission_id = p_admission_id
    and b.status = 'scheduled'
    and not school.has_begun(b.class_date, b.start_time);
  update school.reschedule_requests as r
  set status = 'closed', decided_by = auth.user_id(), decided_at = school.clock(), decision_reason = 'The admission was cancelled.'
  from school.attendance as b
  where b.id = r.original_attendance_id
    and b.admission_id = p_admission_id
    and r.status = 'pending';
end;
$$;
comment on function school.cancel_future_classes(uuid) is 'Cancels what is still to come of an admission.';
