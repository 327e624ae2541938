-- school.count_enrolled for whoever may read it; null for nobody.
-- definer: seats are counted for everybody, also for those who see few of the rows.
create or replace function school.occupied(p_classroom_slot_id uuid)
returns integer
language sql
stable
security definer
set search_path = ''
as $$
  select n.enrolled
  from school.count_enrolled(array[p_classroom_slot_id]) as n
  where auth.may_read_counts();
$$;
comment on function school.occupied(uuid) is 'Seats taken of a weekly class; null for nobody.';
grant execute on function school.occupied(uuid) to school_admin, school_staff, school_teacher, school_analyst;
