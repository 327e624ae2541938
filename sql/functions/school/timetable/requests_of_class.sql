create or replace function school.requests_of_class(p_classroom_slot_id uuid, p_date date)
returns uuid[]
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(array_agg(r.id), '{}')
  from school.reschedule_requests as r
  where (r.source_classroom_slot_id = p_classroom_slot_id and p_date is null)
    or r.original_attendance_id in (
      select b.id
      from school.attendance as b
      where b.classroom_slot_id = p_classroom_slot_id
        and b.class_date = coalesce(p_date, b.class_date)
    );
$$;
comment on function school.requests_of_class(uuid, date) is 'The requests to move a dated class of a weekly class; of one date unless that is null.';
