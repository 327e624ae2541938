create or replace function school.has_begun(p_class_date date, p_start_time time)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select p_class_date + p_start_time <= school.local_now();
$$;
comment on function school.has_begun(date, time) is 'Whether a class has begun, by the school''s clock.';
