-- Closes the pending requests to move any of these classes; locks them by id.
create or replace function school.close_requests(p_attendance_ids uuid[], p_reason text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform
  from school.reschedule_requests as r
  where r.original_attendance_id = any (p_attendance_ids)
    and r.status = 'pending'
  order by r.id
  for update;
  update school.reschedule_requests as r
  set status = 'closed', decided_by = auth.user_id(), decided_at = school.clock(), decision_reason = p_reason
  where r.original_attendance_id = any (p_attendance_ids)
    and r.status = 'pending';
end;
$$;
comment on function school.close_requests(uuid[], text) is 'Closes pending requests that nobody can decide any more.';
