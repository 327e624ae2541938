-- Appends classes at the end of a plan; answers them as [{admissionId, studentId, classroomSlotId, classDate}], fewer
-- than p_count when three years do not hold enough.
create or replace function school.append_classes(p_admission_id uuid, p_count integer)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_dates school.class_date[] := school.next_dates(p_admission_id, p_count);
begin
  perform school.add_classes(p_admission_id, v_dates);
  return (
    select coalesce(jsonb_agg(
      jsonb_build_object(
        'admissionId', a.id,
        'studentId', a.student_id,
        'classroomSlotId', d.classroom_slot_id,
        'classDate', d.class_date
      )
      order by d.class_date, d.start_time
    ), '[]')
    from school.admissions as a
    cross join unnest(v_dates) as d
    where a.id = p_admission_id
      and not d.is_full
  );
end;
$$;
comment on function school.append_classes(uuid, integer) is 'Appends classes at the end of a plan.';
