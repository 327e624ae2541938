create or replace function jobs.admissions_to_complete(p_on date)
returns uuid[]
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(array_agg(a.id order by a.id), '{}')
  from school.admissions as a
  where a.status = 'active'
    and exists (select from school.attendance as b where b.admission_id = a.id)
    and not exists (
      select
      from school.attendance as b
      where b.admission_id = a.id
        and b.status <> 'cancelled'
        and b.class_date >= p_on
    );
$$;
comment on function jobs.admissions_to_complete(date) is 'The active admissions whose last class lies before a date.';
