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
  v_today date := school.today();
begin
  return (
    select school.page(array_agg(p.item), array_agg(p.key), p_limit)
    from (
      select
        row_to_json(r) as item,
        json_build_array(r."classDate", r."startTime", r.id) as key
      from api.attendance as r
      join school.attendance as b on b.id = r.id
      where (
        v_after[1] is null
        or (b.class_date, b.start_time, b.id) > (v_after[1]::date, v_after[2]::time, v_after[3]::uuid)
      )
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
    ) as p
  );
end;
$$;
comment on function api.list_attendance is
  'Lists dated classes by date and start: of all for admins, of their leads for staff, their own classes for teachers, '
  'their own for students.
from and to are included; unmarked=true are past classes that nobody marked.';
grant execute on function api.list_attendance to school_admin, school_staff, school_teacher, school_student;
