-- Locks what a pause of a locked admission judges and writes: student, weekdays and weekly classes of the plan and of
-- the dates that it loses, by id, then these dated classes.
create or replace function school.lock_pause(p_admission school.admissions, p_from date, p_to date)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_class_ids uuid[] := array(
    select s.classroom_slot_id
    from school.admission_slots as s
    where s.admission_id = (p_admission).id
    union
    select b.classroom_slot_id
    from school.attendance as b
    where b.admission_id = (p_admission).id
      and b.class_date between p_from and p_to
      and b.status = 'scheduled'
  );
begin
  perform from school.users as u where u.id = (p_admission).student_id for no key update;
  perform school.lock_weekdays(v_class_ids);
  perform from school.classroom_slots as k where k.id = any (v_class_ids) order by k.id for update;
  perform
  from school.attendance as b
  where b.admission_id = (p_admission).id
    and b.class_date between p_from and p_to
    and b.status = 'scheduled'
  order by b.id
  for update;
end;
$$;
comment on function school.lock_pause(school.admissions, date, date) is 'Takes the locks of a pause.';
