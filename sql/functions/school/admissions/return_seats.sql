-- Seats that a renewal gives up, when it is cancelled or comes at another time, go back to the admission it renewed,
-- while that one still runs: its classes are still held. One that was cancelled before is passed over for the one
-- before it; seats that a later renewal holds stay there, and so does what the admission itself has exchanged for
-- another. The admissions are locked by school.lock_renewed, the classes by the freeing of those same seats.
create or replace function school.return_seats(p_renewal_id uuid)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  with recursive renewed as (
    select oa.id, oa.status, oa.renewed_from_id
    from school.admissions as na
    join school.admissions as oa on oa.id = na.renewed_from_id
    where na.id = p_renewal_id
    union all
    select oa.id, oa.status, oa.renewed_from_id
    from renewed as na
    join school.admissions as oa on oa.id = na.renewed_from_id
    where na.status = 'cancelled'
  )
  update school.classroom_enrollments as e
  set status = 'active', updated_at = school.clock()
  from renewed as oa
  where oa.status in ('active', 'blocked')
    and e.admission_id = oa.id
    and e.status = 'inactive'
    and exists (
      select
      from school.admission_slots as s
      where s.admission_id = oa.id
        and s.classroom_slot_id = e.classroom_slot_id
    )
    and not exists (
      select
      from school.classroom_enrollments as xe
      where xe.student_id = e.student_id
        and xe.classroom_slot_id = e.classroom_slot_id
        and xe.status = 'active'
    );
$$;
comment on function school.return_seats(uuid) is
  'Gives the seats that a renewal gave up back to the admission it renewed.';
