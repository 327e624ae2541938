-- definer: a report reads every row once, without asking the policies for each.
create function api.report_attendance(p_from date default null, p_to date default null)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not auth.is_admin() then
    perform school.fail('forbidden', 'Reports are for admins.');
  end if;
  return (
    select json_build_object(
      'from', p_from,
      'to', coalesce(p_to, school.today()),
      'byCourse', coalesce(json_agg(r.rates order by r.name, r.id) filter (where r.side = 'course'), '[]'),
      'byTeacher', coalesce(json_agg(r.rates order by r.name, r.id) filter (where r.side = 'teacher'), '[]')
    )
    from school.attendance_rates(p_from, p_to) as r
  );
end;
$$;
comment on function api.report_attendance is
  'How classes were attended, by course and by teacher: counts, and rates of the marked ones (0 to 1).
from and to are included; without them all classes until today.
Answers: attendance_report.';
grant execute on function api.report_attendance to school_admin;
