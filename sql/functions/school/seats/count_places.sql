-- Free on a date: capacity less expected: what a trial, a class moved there and an absence taken back need. Exact only
-- under the lock of the class, counted in a statement after it.
create or replace function school.count_places(p_classroom_slot_id uuid, p_date date)
returns integer
language sql
stable
security invoker
set search_path = ''
as $$
  select greatest(0, k.capacity - school.count_expected(k.id, p_date))
  from school.classroom_slots as k
  where k.id = p_classroom_slot_id;
$$;
comment on function school.count_places(uuid, date) is 'Places free in a class on one date.';
