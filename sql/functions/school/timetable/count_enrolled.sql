-- The one count of seats: active enrollments, nothing else. For functions that count over all rows.
create or replace function school.count_enrolled(p_classroom_slot_id uuid)
returns integer
language sql
stable
security invoker
set search_path = ''
as $$
  select count(*)::integer
  from school.classroom_enrollments as e
  where e.classroom_slot_id = p_classroom_slot_id
    and e.status = 'active';
$$;
comment on function school.count_enrolled(uuid) is 'Seats taken of a weekly class.';
