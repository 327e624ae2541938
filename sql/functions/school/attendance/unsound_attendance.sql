-- Part of school.check_invariants: a dated class can be held, and was not marked before it was.
create or replace function school.unsound_attendance()
returns table (code text, entity_id uuid, detail text)
language sql
stable
security invoker
set search_path = ''
as $$
  select 'student_in_two_places', b.id, format('%s on %s', b.student_id, b.class_date)
  from (
    select b.student_id, b.class_date
    from school.attendance as b
    where b.status <> 'cancelled'
    group by b.student_id, b.class_date
    having count(*) > 1
  ) as d
  join school.attendance as b on b.student_id = d.student_id and b.class_date = d.class_date
  join school.attendance as xb
    on xb.student_id = b.student_id
    and xb.class_date = b.class_date
    and xb.id > b.id
    and xb.start_time < b.end_time
    and b.start_time < xb.end_time
  where b.status <> 'cancelled'
    and xb.status <> 'cancelled'
  union all
  select 'class_on_a_closed_day', b.id, b.class_date::text
  from school.attendance as b
  where b.status = 'scheduled'
    and b.class_date + b.start_time > (select school.local_now())
    and school.is_closed(b.class_date)
  union all
  select 'marked_in_the_future', b.id, b.class_date::text
  from school.attendance as b
  where b.status in ('present', 'late', 'absent')
    and b.class_date > (select school.today())
  union all
  select 'pending_request_for_a_cancelled_class', r.id, b.status
  from school.reschedule_requests as r
  join school.attendance as b on b.id = r.original_attendance_id
  where r.status = 'pending'
    and b.status = 'cancelled';
$$;
comment on function school.unsound_attendance() is 'Dated classes that cannot be held or marked as they stand.';
