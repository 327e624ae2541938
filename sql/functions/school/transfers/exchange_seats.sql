-- The seat of an admission in one weekly class for one in another, and the weekly time with it. A seat that it had
-- there before is taken up again. The caller holds the classes and has judged.
create or replace function school.exchange_seats(
  p_admission_id uuid,
  p_from_classroom_slot_id uuid,
  p_to_classroom_slot_id uuid
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  update school.classroom_enrollments as e
  set status = 'active', updated_at = school.clock()
  where e.admission_id = p_admission_id
    and e.classroom_slot_id = p_to_classroom_slot_id;
  if not found then
    insert into school.classroom_enrollments (student_id, classroom_slot_id, admission_id)
    select a.student_id, p_to_classroom_slot_id, a.id
    from school.admissions as a
    where a.id = p_admission_id;
  end if;
  update school.admission_slots as s
  set classroom_slot_id = k.id, time_slot_id = k.time_slot_id
  from school.classroom_slots as k
  where s.admission_id = p_admission_id
    and s.classroom_slot_id = p_from_classroom_slot_id
    and k.id = p_to_classroom_slot_id;
end;
$$;
comment on function school.exchange_seats(uuid, uuid, uuid) is 'Takes the seat for which another was left.';
