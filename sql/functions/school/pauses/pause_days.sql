-- Both ends count; a day in two pauses is one.
create or replace function school.pause_days(p_admission_id uuid)
returns integer
language sql
stable
security invoker
set search_path = ''
as $$
  select count(distinct d)::integer
  from school.pauses as p
  cross join generate_series(p.start_date, p.end_date, interval '1 day') as d
  where p.admission_id = p_admission_id;
$$;
comment on function school.pause_days(uuid) is 'How many calendar days an admission pauses in all.';
