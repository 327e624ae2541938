-- What was paid counts on the date on which it was paid, what is open on the date on which it is due.
create function api.report_revenue(
  p_from date default null,
  p_to date default null,
  p_by api.report_step default 'week'
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_from date;
  v_to date;
begin
  select r.first_date, r.last_date into v_from, v_to
  from school.report_range(p_from, p_to, school.today() + 56, 365 + 56) as r;
  return (
    with entries as (
      select y.course_id, y.course, y.paid_on as day, y.price as paid, 0 as open, 0 as overdue
      from analytics.payments as y
      where y.paid_on between v_from and v_to
      union all
      select y.course_id, y.course, y.due_on, 0, y.price, case when y.due_on < (select school.today()) then y.price end
      from analytics.payments as y
      where y.status = 'unpaid'
        and y.due_on between v_from and v_to
        and y.admission_status <> 'cancelled'
      union all
      select null, null, p.start, 0, 0, 0
      from school.report_periods(v_from, v_to, p_by) as p
    ),
    sums as (
      select
        grouping(n.course_id) = 0 as is_course,
        grouping(n.start) = 0 as is_period,
        n.course_id,
        n.course,
        n.start,
        jsonb_build_object(
          'paid', coalesce(sum(n.paid), 0), 'open', coalesce(sum(n.open), 0), 'overdue', coalesce(sum(n.overdue), 0)
        ) as money
      from (select e.*, date_trunc(p_by, e.day::timestamp)::date as start from entries as e) as n
      group by grouping sets ((n.course_id, n.course), (n.start), ())
    )
    select jsonb_build_object('from', v_from, 'to', v_to) || (
      select s.money from sums as s where not s.is_course and not s.is_period
    ) || jsonb_build_object(
      'byCourse', coalesce(
        jsonb_agg(
          jsonb_build_object('course', jsonb_build_object('id', s.course_id, 'name', s.course)) || s.money
          order by s.course, s.course_id
        ) filter (where s.course_id is not null),
        '[]'
      ),
      'series', jsonb_agg(jsonb_build_object('start', s.start) || s.money order by s.start) filter (where s.is_period)
    )
    from sums as s
  );
end;
$$;
comment on function api.report_revenue is
  'What was paid, by the date on which it was, and what is open, by the date on which it is due: in all, by course, '
  'and by week or month. Overdue is what of it was due before today.
What was cancelled before it was paid is left out, and so is what nobody knows the date of.
from and to are included, three years at most; without them the last 365 days and eight weeks to come.
Admins are told of all admissions, staff of those of their leads.
Answers: revenue_report.
Refusals: invalid_request (to before from, or three years or more after it).';
grant execute on function api.report_revenue to school_admin, school_staff;
