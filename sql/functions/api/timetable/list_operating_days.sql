create function api.list_operating_days()
returns json
language sql
stable
security invoker
set search_path = ''
as $$
  select json_build_object('items', json_agg(
    json_build_object('weekday', o.weekday, 'isOpen', o.is_open) order by o.weekday
  ))
  from school.operating_days as o;
$$;
comment on function api.list_operating_days is 'Which weekdays are open.
Answers: operating_week.';
grant execute on function api.list_operating_days to school_admin, school_staff, school_teacher, school_student;
