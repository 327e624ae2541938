-- Gives back the seats of admissions; the classes are locked first, by id, like every taker of a seat does.
create or replace function school.give_up_seats(p_admission_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform
  from school.classroom_slots as k
  where k.id in (
    select e.classroom_slot_id
    from school.classroom_enrollments as e
    where e.admission_id = any (p_admission_ids)
      and e.status = 'active'
  )
  order by k.id
  for update;
  update school.classroom_enrollments as e
  set status = 'inactive', updated_at = school.clock()
  where e.admission_id = any (p_admission_ids)
    and e.status = 'active';
end;
$$;
comment on function school.give_up_seats(uuid[]) is 'Makes the enrollments of admissions inactive.';
