-- The classes and trials still to come follow a new teacher, but for dates with a substitute; past ones keep who
-- taught.
-- definer: attendance and trials are nobody's to write.
create or replace function school.hand_over_classes()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform
  from school.attendance as b
  where b.classroom_slot_id = new.id
    and b.status = 'scheduled'
  order by b.id
  for update;
  update school.attendance as b
  set teacher_id = new.teacher_id
  where b.classroom_slot_id = new.id
    and b.status = 'scheduled'
    and b.class_date + b.start_time > (select school.local_now())
    and not exists (
      select
      from school.class_substitutes as s
      where s.classroom_slot_id = b.classroom_slot_id
        and s.class_date = b.class_date
    );
  perform
  from school.trials as x
  where x.classroom_slot_id = new.id
    and x.status = 'booked'
  order by x.id
  for update;
  update school.trials as x
  set teacher_id = new.teacher_id
  where x.classroom_slot_id = new.id
    and x.status = 'booked'
    and not school.has_begun(x.class_date, x.start_time)
    and not exists (
      select
      from school.class_substitutes as s
      where s.classroom_slot_id = x.classroom_slot_id
        and s.class_date = x.class_date
    );
  return null;
end;
$$;
comment on function school.hand_over_classes() is
  'Trigger: a new teacher of a weekly class takes over its future dates.';

create or replace trigger hand_over_classes
after update of teacher_id on school.classroom_slots
for each row
when (old.teacher_id <> new.teacher_id)
execute function school.hand_over_classes();
