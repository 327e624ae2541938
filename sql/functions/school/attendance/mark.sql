-- Marks one class of a student, or corrects its mark, or with scheduled takes it back; the same again changes nothing.
-- A null note leaves the note. The caller has called school.lock_marks; locks the row. Teachers mark the classes they
-- give, seven days back; admins any. Its place on the date was the student's all along (school.expected_by_date).
-- Raises not_found, invalid_state, class_in_future, too_late_to_mark.
create or replace function school.mark(p_attendance_id uuid, p_status text, p_note text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_is_admin boolean := auth.is_admin();
  v_teacher_id uuid := auth.user_id_as('teacher');
  v_today date := school.today();
  v_admission_status text;
  v_class record;
begin
  select a.status
  into v_admission_status
  from school.attendance as b
  join school.admissions as a on a.id = b.admission_id
  where b.id = p_attendance_id
    and (v_is_admin or b.teacher_id = v_teacher_id)
  for share of a;
  if not found then
    perform school.fail_not_found('class');
  end if;
  select b.status, b.class_date
  into v_class
  from school.attendance as b
  where b.id = p_attendance_id
    and (v_is_admin or b.teacher_id = v_teacher_id)
  for update;
  if not found then
    perform school.fail_not_found('class');
  end if;
  if v_admission_status = 'blocked' then
    perform school.fail('invalid_state', 'The admission is blocked: its classes are not marked.');
  end if;
  if v_class.status = 'cancelled' then
    perform school.fail('invalid_state', 'The class was cancelled.');
  end if;
  if v_class.class_date > v_today then
    perform school.fail('class_in_future', format('The class is on %s.', v_class.class_date));
  end if;
  if v_class.class_date < school.markable_from() then
    perform school.fail('too_late_to_mark', 'Teachers mark classes up to seven days back; an admin can still do it.');
  end if;
  if p_status = 'scheduled' and v_class.status <> 'scheduled' then
    perform school.require_schedulable(p_attendance_id);
  end if;
  update school.attendance as b
  set
    status = p_status,
    note = coalesce(school.clean(p_note), b.note),
    marked_by = case when p_status <> 'scheduled' then auth.user_id() end,
    marked_at = case when p_status <> 'scheduled' then school.clock() end
  where b.id = p_attendance_id
    and (b.status <> p_status or school.clean(p_note) is distinct from b.note and school.clean(p_note) is not null);
end;
$$;
comment on function school.mark(uuid, text, text) is 'Marks a class of a student.';
