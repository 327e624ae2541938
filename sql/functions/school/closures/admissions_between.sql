create or replace function school.admissions_between(p_start_date date, p_end_date date)
returns uuid[]
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(array_agg(distinct b.admission_id), '{}')
  from school.attendance as b
  where b.status = 'scheduled'
    and b.class_date between p_start_date and p_end_date;
$$;
comment on function school.admissions_between(date, date) is
  'The admissions with classes scheduled on dates, both included.';
