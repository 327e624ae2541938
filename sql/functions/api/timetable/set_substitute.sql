-- Locks whom it reaches, the class and the substitute.
-- definer: attendance and substitutes are nobody's to write; admins decide.
create function api.set_substitute(
  p_classroom_slot_id uuid,
  p_date date,
  p_teacher_id uuid default null,
  p_present text[] default '{}'
)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_class record;
  v_former_id uuid;
begin
  if not auth.is_admin() then
    perform school.fail('forbidden', 'Admins decide.');
  end if;
  if not 'teacher_id' = any (p_present) then
    perform school.fail_value('teacherId', 'is required; null takes the substitute back');
  end if;
  perform school.lock_people_of_slot(p_classroom_slot_id, p_date);
  select k.teacher_id, t.weekday, t.start_time, t.end_time
  into v_class
  from school.classroom_slots as k
  join school.time_slot_templates as t on t.id = k.time_slot_id
  where k.id = p_classroom_slot_id
    and k.deleted_at is null
  for update of k;
  if not found then
    perform school.fail_not_found('classroom slot');
  end if;
  if p_teacher_id is not null then
    perform school.require_teacher(p_teacher_id, 'teacherId');
  end if;
  if v_class.weekday <> extract(isodow from p_date) then
    perform school.fail('weekday_mismatch', format('The class is held on %ss.', school.weekday_name(v_class.weekday)));
  end if;
  if school.is_closed(p_date) then
    perform school.fail('school_closed', 'The school is closed on that date.');
  end if;
  select s.teacher_id
  into v_former_id
  from school.class_substitutes as s
  where s.classroom_slot_id = p_classroom_slot_id
    and s.class_date = p_date;
  perform school.write_substitute(
    p_classroom_slot_id, p_date, nullif(p_teacher_id, v_class.teacher_id), v_class.teacher_id
  );
  perform school.emit_substitute(p_classroom_slot_id, p_date, v_former_id);
  return json_build_object(
    'classroomSlotId', p_classroom_slot_id,
    'classroomSlot', school.class_ref(p_classroom_slot_id),
    'date', p_date,
    'teacher', (
      select json_build_object('id', u.id, 'name', u.name)
      from school.users as u
      where u.id = coalesce(p_teacher_id, v_class.teacher_id)
    )
  );
end;
$$;
comment on function api.set_substitute is
  'Lets somebody else teach a class on one date; a null teacherId takes it back.
The substitute sees and marks that class. Of a date past, what is not marked yet changes teacher, so that it says who '
  'taught.
Answers: substitution.
Refusals: not_found, unknown_reference, not_a_teacher, weekday_mismatch, school_closed, teacher_conflict.';
grant execute on function api.set_substitute to school_admin;
