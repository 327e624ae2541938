-- A job judges any date as if it were today: what lies before it has begun; on the true today the clock tells.
create or replace function jobs.has_begun(p_class_date date, p_start_time time, p_on date)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select case
    when p_class_date <> p_on then p_class_date < p_on
    else p_on < school.today() or (p_on = school.today() and school.has_begun(p_class_date, p_start_time))
  end;
$$;
comment on function jobs.has_begun(date, time, date) is 'Whether a class has begun as seen from a date.';
