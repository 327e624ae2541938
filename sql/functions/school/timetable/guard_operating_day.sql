-- Raises in_use with the scheduled classes of that weekday.
-- definer: what stands in the way is judged over all rows.
create or replace function school.guard_operating_day()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform school.refuse_if_in_use(
    format('Classes are scheduled on %s', school.weekday_name(new.weekday)),
    (
      select coalesce(jsonb_agg(
        jsonb_build_object(
          'kind', 'attendance',
          'id', b.id,
          'classroomSlotId', b.classroom_slot_id,
          'classDate', b.class_date,
          'message', format('%s on %s at %s', b.name, b.class_date, school.hhmm(b.start_time))
        )
        order by b.class_date, b.start_time, b.id
      ), '[]')
      from (
        select a.id, a.classroom_slot_id, a.class_date, a.start_time, u.name
        from school.attendance as a
        join school.users as u on u.id = a.student_id
        where a.status = 'scheduled'
          and a.class_date >= school.today()
          and extract(isodow from a.class_date) = new.weekday
        order by a.class_date, a.start_time, a.id
        limit 100
      ) as b
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
