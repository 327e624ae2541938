create function api.list_attendance(
  p_classroom_slot_id uuid default null,
  p_student_id uuid default null,
  p_admission_id uuid default null,
  p_date date default null,
  p_from date default null,
  p_to date default null,
  p_status api.attendance_status default null,
  p_unmarked boolean default null,
  p_limit api.page_limit default 50,
  p_cursor api.page_cursor default null
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_after text[] := school.decode_cursor(p_cursor, 3);
  v_after_date date := v_after[1]::date;
  v_after_time time := v_after[2]::time;
  v_after_id uuid := v_after[3]::uuid;
  v_today date := school.today();
  v_role text := auth.role();
  -- What is unmarked is few, and found by its state.
  v_me uuid := case when p_unmarked is not true then auth.user_id() end;
begin
  return school.page_of_attendance(
    array(
      select b.id
      from school.attendance as b
      where (v_after_id is null or (b.class_date, b.start_time, b.id) > (v_after_date, v_after_time, v_after_id))
        -- As the policies have it: by one value the planner knows an index in order.
        and (v_me is null or v_role <> 'staff' or b.lead_owner_id = v_me)
        and (v_me is null or v_role <> 'teacher' or b.teacher_id = v_me)
        and (v_me is null or v_role <> 'student' or b.student_id = v_me)
        and (p_classroom_slot_id is null or b.classroom_slot_id = p_classroom_slot_id)
        and (p_student_id is null or b.student_id = p_student_id)
        and (p_admission_id is null or b.admission_id = p_admission_id)
        and (p_date is null or b.class_date = p_date)
        and (p_from is null or b.class_date >= p_from)
        and (p_to is null or b.class_date <= p_to)
        and (p_status is null or b.status = p_status)
        and (p_unmarked is null or p_unmarked = (b.status = 'scheduled' and b.class_date < v_today))
      order by b.class_date, b.start_time, b.id
      limit p_limit + 1
    ),
    p_limit
  );
end;
$$;
comment on function api.list_attendance is
  'Lists dated classes by date and start: of all for admins, of their leads for staff, their own classes for teachers, '
  'their own for students.
from and to are included; unmarked=true are past classes that nobody marked.';
grant execute on function api.list_attendance to school_admin, school_staff, school_teacher, school_student;
