-- The seats of a class live in other rows. Writing the class as well makes two takers of one seat collide at
-- REPEATABLE READ and SERIALIZABLE, where a lock alone would let the later one count an old snapshot.
-- definer: classes are not for callers to write.
create or replace function school.note_seats_changed()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update school.classroom_slots as k
  set seats_changed_at = clock_timestamp()
  where k.id = new.classroom_slot_id;
  return null;
end;
$$;
comment on function school.note_seats_changed() is
  'Trigger: a seat taken, held or given back is a change of its class.';

create or replace trigger note_seats_changed
after insert or update of status, classroom_slot_id on school.classroom_enrollments
for each row
execute function school.note_seats_changed();
create or replace trigger note_seats_changed
after insert on school.held_seats
for each row
execute function school.note_seats_changed();
