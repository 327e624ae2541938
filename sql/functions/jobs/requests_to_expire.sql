create or replace function jobs.requests_to_expire(p_on date)
returns uuid[]
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(array_agg(r.id order by r.id), '{}')
  from school.reschedule_requests as r
  join school.attendance as b on b.id = r.original_attendance_id
  join school.classroom_slots as k on k.id = r.classroom_slot_id
  join school.time_slot_templates as t on t.id = k.time_slot_id
  where r.status = 'pending'
    and (
      b.status <> 'scheduled'
      or jobs.has_begun(b.class_date, b.start_time, p_on)
      or jobs.has_begun(r.class_date, t.start_time, p_on)
    );
$$;
comment on function jobs.requests_to_expire(date) is
  'The pending requests whose class was marked, or whose class or wanted class has begun as seen from a date.';
