-- What school.count_free counts of one weekly class, for whoever may read it; no row for anybody else.
-- definer: seats are counted for everybody, also for those who see few of the rows.
create or replace function school.seats_of_class(p_classroom_slot_id uuid)
returns table (occupied integer, held integer, free integer)
language sql
stable
security definer
set search_path = ''
as $$
  select n.enrolled, n.held, n.free
  from school.count_free(array[p_classroom_slot_id]) as n
  where auth.may_read_counts();
$$;
comment on function school.seats_of_class(uuid) is
  'Seats of a weekly class that are taken, held and free; no row for students and nobody.';
grant execute on function school.seats_of_class(uuid)
  to school_admin, school_staff, school_teacher, school_student, school_analyst;
