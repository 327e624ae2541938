-- Classes are held again, or at another time: a time slot that becomes active or moves, a weekday that opens.
-- definer: who waits is nobody's to see or write here.
create or replace function school.offer_seats_of_times()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform school.offer_seats(array(
    select distinct k.course_id
    from school.classroom_slots as k
    join school.time_slot_templates as t on t.id = k.time_slot_id
    where k.deleted_at is null
      and case tg_table_name
        when 'operating_days' then t.weekday = (to_jsonb(new) ->> 'weekday')::integer
        else t.id = (to_jsonb(new) ->> 'id')::uuid
      end
  ));
  return null;
end;
$$;
comment on function school.offer_seats_of_times() is 'Trigger: seats of classes that are held again are offered.';

create or replace trigger offer_seats_of_times
after update of is_active, weekday, start_time, end_time on school.time_slot_templates
for each row
when (
  new.deleted_at is null
  and new.is_active
  and (
    not old.is_active
    or new.weekday <> old.weekday
    or new.start_time <> old.start_time
    or new.end_time <> old.end_time
  )
)
execute function school.offer_seats_of_times();
create or replace trigger offer_seats_of_times
after update of is_open on school.operating_days
for each row
when (new.is_open and not old.is_open)
execute function school.offer_seats_of_times();
