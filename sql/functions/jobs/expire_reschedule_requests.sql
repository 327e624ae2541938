-- definer: runs for the school, whoever starts it.
create or replace function jobs.expire_reschedule_requests(p_on date default school.today())
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_expired integer;
begin
  update school.reschedule_requests as r
  set status = 'expired', decided_at = school.clock()
  from school.attendance as b, school.classroom_slots as k, school.time_slot_templates as t
  where b.id = r.original_attendance_id
    and k.id = r.classroom_slot_id
    and t.id = k.time_slot_id
    and r.status = 'pending'
    and (jobs.has_begun(b.class_date, b.start_time, p_on) or jobs.has_begun(r.class_date, t.start_time, p_on));
  get diagnostics v_expired = row_count;
  return v_expired;
end;
$$;
comment on function jobs.expire_reschedule_requests(date) is 'Expires pending requests whose class, or wanted class, has begun; answers how many.';
grant execute on function jobs.expire_reschedule_requests(date) to school_jobs;
