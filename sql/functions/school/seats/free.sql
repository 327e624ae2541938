-- What school.count_free calls free, for whoever may read it; null for nobody.
-- definer: seats are counted for everybody, also for those who see few of the rows.
create or replace function school.free(p_classroom_slot_id uuid)
returns integer
language sql
stable
security definer
set search_path = ''
as $$
  select n.free
  from school.count_free(array[p_classroom_slot_id]) as n
  where auth.may_read_counts();
$$;
comment on function school.free(uuid) is 'Seats of a weekly class that are neither taken nor held; null for nobody.';
grant execute on function school.free(uuid) to school_admin, school_staff, school_teacher, school_analyst;
