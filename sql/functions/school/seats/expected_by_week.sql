-- school.expected_by_date of one weekly class from eight weeks ago to eight weeks ahead, a row for each week, for
-- whoever may read it; no row for anybody else. p_weekday is the class's.
-- definer: people are counted for everybody, also for those who see few of the rows.
create or replace function school.expected_by_week(p_classroom_slot_id uuid, p_weekday integer)
returns table (week date, class_date date, expected integer)
language sql
stable
security definer
set search_path = ''
as $$
  with weeks as materialized (
    select t.today - extract(isodow from t.today)::integer + 1 + 7 * i.number as week
    from (select school.today() as today) as t
    cross join generate_series(-8, 8) as i (number)
  )
  select w.week, w.week + p_weekday - 1, coalesce(d.expected, 0)
  from weeks as w
  left join school.expected_by_date(
    array[p_classroom_slot_id],
    (select min(w.week) from weeks as w),
    (select max(w.week) + 6 from weeks as w)
  ) as d on d.class_date = w.week + p_weekday - 1
  where auth.may_read_counts();
$$;
comment on function school.expected_by_week(uuid, integer) is
  'People expected, or seen, in a weekly class by week; no row for students and nobody.';
grant execute on function school.expected_by_week(uuid, integer)
  to school_admin, school_staff, school_teacher, school_student, school_analyst;
