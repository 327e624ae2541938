-- school.expected_by_date for one class and date.
create or replace function school.count_expected(p_classroom_slot_id uuid, p_date date)
returns integer
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(sum(d.expected), 0)::integer
  from school.expected_by_date(array[p_classroom_slot_id], p_date, p_date) as d;
$$;
comment on function school.count_expected(uuid, date) is 'People expected, or seen, in a class on one date.';
