-- Raises in_use with the scheduled classes of that weekday, or with the seats that are held on it: nobody could take
-- them. Locks the classes of the weekday, so that no seat is held meanwhile.
-- definer: what stands in the way is judged over all rows.
create or replace function school.guard_operating_day()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform
  from school.classroom_slots as k
  join school.time_slot_templates as t on t.id = k.time_slot_id
  where t.weekday = new.weekday
    and k.deleted_at is null
  order by k.id
  for update of k;
  perform school.require_unused(
    format('Seats are held on %s', school.weekday_name(new.weekday)),
    school.held_seats_in_the_way(p_weekday => new.weekday)
  );
  perform school.require_unused(
    format('Classes are scheduled on %s', school.weekday_name(new.weekday)),
    (
      select coalesce(jsonb_agg(
        jsonb_build_object(
          'kind', 'attendance',
          'id', n.id,
          'classroomSlotId', n.classroom_slot_id,
          'classroomSlot', school.class_ref(n.classroom_slot_id),
          'classDate', n.class_date,
          'message', format('%s on %s at %s', n.name, n.class_date, school.hhmm(n.start_time))
        )
        order by n.class_date, n.start_time, n.id
      ), '[]')
      from (
        select b.id, b.classroom_slot_id, b.class_date, b.start_time, u.name
        from school.attendance as b
        join school.users as u on u.id = b.student_id
        where b.status = 'scheduled'
          and b.class_date >= (select school.today())
          and extract(isodow from b.class_date) = new.weekday
        order by b.class_date, b.start_time, b.id
        limit 100
      ) as n
    )
  );
  return new;
end;
$$;
comment on function school.guard_operating_day() is 'Trigger: a weekday with scheduled classes is not closed.';

create or replace trigger guard_operating_day
before update of is_open on school.operating_days
for each row
when (old.is_open and not new.is_open)
execute function school.guard_operating_day();
