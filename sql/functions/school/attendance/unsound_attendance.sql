-- Part of school.check_invariants: a dated class can be held, and was not marked before it was.
create or replace function school.unsound_attendance()
returns table (code text, entity_id uuid, detail text)
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_today date := school.today();
  v_now timestamp := school.local_now();
begin
  return query
  select 'student_in_two_places', b.id, format('%s on %s', b.student_id, b.class_date)
  -- Cancelled ones are counted here, too, so that an index alone tells, in its order.
  from (
    select b.student_id, b.class_date
    from school.attendance as b
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
  from (
    select d.class_date
    from (
      select distinct b.class_date
      from school.attendance as b
      where b.status = 'scheduled'
        and b.class_date >= v_today
      offset 0
    ) as d
    where school.is_closed(d.class_date)
  ) as d
  join school.attendance as b on b.class_date = d.class_date
  where b.status = 'scheduled'
    and b.class_date + b.start_time > v_now
  union all
  select 'marked_in_the_future', b.id, b.class_date::text
  from school.attendance as b
  where b.status in ('present', 'late', 'absent')
    and b.class_date > v_today
  union all
  select 'pending_request_for_a_cancelled_class', r.id, b.status
  from school.reschedule_requests as r
  join school.attendance as b on b.id = r.original_attendance_id
  where r.status = 'pending'
    and b.status = 'cancelled';
end;
$$;
comment on function school.unsound_attendance() is 'Dated classes that cannot be held or marked as they stand.';
