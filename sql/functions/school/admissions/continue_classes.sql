-- Makes the dated classes of a renewal: after the last class of the old admission, and not before now.
-- Raises no_class_dates.
create or replace function school.continue_classes(p_old_id uuid, p_new_id uuid, p_total integer)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_after timestamp;
  v_made integer;
begin
  select greatest(max(b.class_date + b.start_time), school.local_now())
  into v_after
  from school.attendance as b
  where b.admission_id = p_old_id
    and b.status <> 'cancelled';
  insert into school.attendance (admission_id, student_id, lead_owner_id, classroom_slot_id, teacher_id, class_date, start_time, end_time)
  select n.id, n.student_id, n.lead_owner_id, d.classroom_slot_id, d.teacher_id, d.class_date, d.start_time, d.end_time
  from school.admissions as n
  cross join lateral school.class_dates(
    array(select s.classroom_slot_id from school.admission_slots as s where s.admission_id = n.id),
    v_after::date, p_total, n.student_id, v_after, true
  ) as d
  where n.id = p_new_id
    and not d.is_full;
  get diagnostics v_made = row_count;
  if v_made < p_total then
    perform school.fail('no_class_dates', format('Only %s of %s classes find a date within three years.', v_made, p_total));
  end if;
  perform school.note_dates_changed(array[n.student_id], '{}') from school.admissions as n where n.id = p_new_id;
  update school.admissions as a
  set start_date = (select min(b.class_date) from school.attendance as b where b.admission_id = p_new_id)
  where a.id = p_new_id;
end;
$$;
comment on function school.continue_classes(uuid, uuid, integer) is 'The dated classes of a renewal.';
