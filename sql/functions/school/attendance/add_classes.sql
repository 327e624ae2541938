-- Dates the classes of an admission; dates that are full are left out. Answers how many it made.
create or replace function school.add_classes(p_admission_id uuid, p_dates school.class_date[])
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_made integer;
begin
  insert into school.attendance (
    admission_id, student_id, lead_owner_id, classroom_slot_id, teacher_id, class_date, start_time, end_time
  )
  select a.id, a.student_id, a.lead_owner_id, d.classroom_slot_id, d.teacher_id, d.class_date, d.start_time, d.end_time
  from school.admissions as a
  cross join unnest(p_dates) as d
  where a.id = p_admission_id
    and not d.is_full;
  get diagnostics v_made = row_count;
  return v_made;
end;
$$;
comment on function school.add_classes(uuid, school.class_date[]) is 'Makes the dated classes of an admission.';
