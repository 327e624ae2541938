-- Of a renewal that is cancelled the seats go back to the admission it renewed, while that one still runs: its classes
-- are still held. The classes are locked already, by the freeing of those same seats.
create or replace function school.return_seats(p_renewal_id uuid)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  update school.classroom_enrollments as e
  set status = 'active', updated_at = school.clock()
  from school.admissions as n
  join school.admissions as o on o.id = n.renewed_from_id
  where n.id = p_renewal_id
    and o.status in ('active', 'blocked')
    and e.admission_id = o.id
    and e.status = 'inactive';
$$;
comment on function school.return_seats(uuid) is 'Gives the seats of a cancelled renewal back to the admission it renewed.';
