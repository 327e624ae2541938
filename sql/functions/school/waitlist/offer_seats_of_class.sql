-- A new class and a larger one have seats for who waits, whoever writes them. The functions of the wire have locked all
-- classes of the course; a direct write that has not is begun again when somebody else holds one.
-- definer: who waits is nobody's to see or write here.
create or replace function school.offer_seats_of_class()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform school.offer_seats(array[new.course_id]);
  return null;
end;
$$;
comment on function school.offer_seats_of_class() is 'Trigger: the seats of a new or larger class are offered.';

create or replace trigger offer_seats_of_new_class
after insert on school.classroom_slots
for each row
execute function school.offer_seats_of_class();
create or replace trigger offer_seats_of_class
after update of time_slot_id, course_id, teacher_id, capacity on school.classroom_slots
for each row
when (
  new.deleted_at is null
  and (
    new.capacity > old.capacity
    or new.time_slot_id <> old.time_slot_id
    or new.course_id <> old.course_id
    or new.teacher_id <> old.teacher_id
  )
)
execute function school.offer_seats_of_class();
