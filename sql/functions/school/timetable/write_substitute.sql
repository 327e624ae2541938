-- Puts a substitute in, or with a null p_substitute_id takes one out; the classes and booked trials of that date
-- follow, but for classes that are marked: they keep who taught. The caller holds the class and the substitute. Raises
-- teacher_conflict when the substitute teaches elsewhere at that time on that date.
create or replace function school.write_substitute(
  p_classroom_slot_id uuid,
  p_date date,
  p_substitute_id uuid,
  p_teacher_id uuid
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_elsewhere text;
begin
  perform school.require_fresh_sight();
  select c.name
  into v_elsewhere
  from school.classroom_slots as ok
  join school.time_slot_templates as ot on ot.id = ok.time_slot_id
  join school.time_slot_templates as t
    on t.weekday = ot.weekday
    and t.start_time < ot.end_time
    and ot.start_time < t.end_time
  join school.classroom_slots as k on k.time_slot_id = t.id and k.id <> ok.id and k.deleted_at is null
  join school.courses as c on c.id = k.course_id
  left join school.class_substitutes as s on s.classroom_slot_id = k.id and s.class_date = p_date
  where ok.id = p_classroom_slot_id
    and coalesce(s.teacher_id, k.teacher_id) = p_substitute_id
  limit 1;
  if v_elsewhere is not null then
    perform school.fail('teacher_conflict', format('The substitute teaches %s at that time.', v_elsewhere));
  end if;
  delete from school.class_substitutes as s
  where s.classroom_slot_id = p_classroom_slot_id
    and s.class_date = p_date;
  insert into school.class_substitutes (classroom_slot_id, class_date, teacher_id, created_by)
  select p_classroom_slot_id, p_date, p_substitute_id, auth.user_id()
  where p_substitute_id is not null;
  perform
  from school.attendance as b
  where b.classroom_slot_id = p_classroom_slot_id
    and b.class_date = p_date
  order by b.id
  for update;
  update school.attendance as b
  set teacher_id = coalesce(p_substitute_id, p_teacher_id)
  where b.classroom_slot_id = p_classroom_slot_id
    and b.class_date = p_date
    and b.status = 'scheduled';
  perform
  from school.trials as x
  where x.classroom_slot_id = p_classroom_slot_id
    and x.class_date = p_date
  order by x.id
  for update;
  update school.trials as x
  set teacher_id = coalesce(p_substitute_id, p_teacher_id)
  where x.classroom_slot_id = p_classroom_slot_id
    and x.class_date = p_date
    and x.status = 'booked';
  perform school.note_dates_changed('{}', array[p_classroom_slot_id]);
end;
$$;
comment on function school.write_substitute(uuid, date, uuid, uuid) is 'Writes who teaches a class on one date.';
