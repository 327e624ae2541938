create function api.list_attendance(
  p_classroom_slot_id uuid[] default null,
  p_student_id uuid[] default null,
  p_admission_id uuid[] default null,
  p_date date[] default null,
  p_from date default null,
  p_to date default null,
  p_status api.attendance_status[] default null,
  p_unmarked boolean default null,
  p_sort api.class_sort default 'classDate',
  p_count api.count_wish default false,
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
  v_after text[] := school.decode_cursor(p_cursor, p_sort, 3);
  v_down boolean := left(p_sort, 1) = '-';
  v_after_date date := v_after[1]::date;
  v_after_time time := v_after[2]::time;
  v_after_id uuid := v_after[3]::uuid;
  v_today date := school.today();
  v_role text := auth.role();
  -- What is unmarked is few, and found by its state.
  v_me uuid := case when p_unmarked is not true then auth.user_id() end;
begin
  return (
    with listed as not materialized (
      select b.id, b.class_date, b.start_time
      from school.attendance as b
      -- As the policies have it: by one value the planner knows an index in order.
      where (v_me is null or v_role <> 'staff' or b.lead_owner_id = v_me)
        and (v_me is null or v_role <> 'teacher' or b.teacher_id = v_me)
        and (v_me is null or v_role <> 'student' or b.student_id = v_me)
        and (p_classroom_slot_id is null or school.is_one_of(b.classroom_slot_id, p_classroom_slot_id))
        and (p_student_id is null or school.is_one_of(b.student_id, p_student_id))
        and (p_admission_id is null or school.is_one_of(b.admission_id, p_admission_id))
        and (p_date is null or school.is_one_of(b.class_date, p_date))
        and (p_from is null or b.class_date >= p_from)
        and (p_to is null or b.class_date <= p_to)
        and (p_status is null or school.is_one_of(b.status, p_status))
        and (p_unmarked is null or p_unmarked = (b.status = 'scheduled' and b.class_date < v_today))
    )
    select school.page_of_attendance(
      array(
        select l.id
        from listed as l
        where v_after_id is null or case when v_down
          then (l.class_date, l.start_time, l.id) < (v_after_date, v_after_time, v_after_id)
          else (l.class_date, l.start_time, l.id) > (v_after_date, v_after_time, v_after_id)
        end
        order by
          case when v_down then l.class_date end desc,
          case when v_down then l.start_time end desc,
          case when v_down then l.id end desc,
          l.class_date,
          l.start_time,
          l.id
        limit p_limit + 1
      ),
      p_sort,
      p_limit,
      case when p_count then (
        select count(*) from (select from listed limit school.most_counted() + 1) as c
      ) end
    )
  );
end;
$$;
comment on function api.list_attendance is
  'Lists dated classes by date and start: of all for admins, of their leads for staff, their own classes for teachers, '
  'their own for students.
from and to are included; unmarked=true are past classes that nobody marked.';
grant execute on function api.list_attendance to school_admin, school_staff, school_teacher, school_student;
