-- The one count of seats: active enrollments, nothing else, whoever asks.
-- definer: seats are counted for everybody, also for those who see few of the rows.
create or replace function school.occupied(p_classroom_slot_id uuid)
returns integer
language sql
stable
security definer
set search_path = ''
as $$
  select count(*)::integer
  from school.classroom_enrollments as e
  where e.classroom_slot_id = p_classroom_slot_id
    and e.status = 'active';
$$;
comment on function school.occupied(uuid) is 'Seats taken of a weekly class.';
grant execute on function school.occupied(uuid) to school_admin, school_staff, school_teacher, school_analyst;
