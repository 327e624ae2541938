-- What students and teachers see of attendance at all is their own; nobody else has classes of their own.
create function api.list_my_attendance(
  p_classroom_slot_id uuid[] default null,
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
as $$
begin
  if auth.role() not in ('student', 'teacher') then
    return school.page(null, null, p_limit, case when p_count then 0 end);
  end if;
  return api.list_attendance(
    p_classroom_slot_id => p_classroom_slot_id,
    p_admission_id => p_admission_id,
    p_date => p_date,
    p_from => p_from,
    p_to => p_to,
    p_status => p_status,
    p_unmarked => p_unmarked,
    p_sort => p_sort,
    p_count => p_count,
    p_limit => p_limit,
    p_cursor => p_cursor
  );
end;
$$;
comment on function api.list_my_attendance is
  'Lists the caller''s own dated classes by date and start: those a student takes, those a teacher gives.
from and to are included.';
grant execute on function api.list_my_attendance to school_admin, school_staff, school_teacher, school_student;
