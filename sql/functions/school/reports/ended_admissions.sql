-- Ended: the last class was in the range, and it is over or was renewed; renewed is 1 or 0.
create or replace function school.ended_admissions(p_from date, p_to date)
returns table (course_id uuid, last_class date, renewed integer)
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  return query
  select a.course_id, n.last_class, (ra.id is not null)::integer
  from (
    select b.admission_id, max(b.class_date) as last_class
    from school.attendance as b
    where b.class_date between p_from and p_to
      and b.status <> 'cancelled'
    group by b.admission_id
  ) as n
  join school.admissions as a on a.id = n.admission_id
  left join school.admissions as ra on ra.renewed_from_id = a.id
  where (a.status = 'completed' or ra.id is not null)
    and not exists (
      select
      from school.attendance as b
      where b.admission_id = a.id
        and b.class_date > p_to
        and b.status <> 'cancelled'
    );
end;
$$;
comment on function school.ended_admissions(date, date) is
  'The admissions whose last class was in a range, and whether they were renewed.';
grant execute on function school.ended_admissions(date, date) to school_admin, school_staff;
