-- The one count of people on a date, whatever brings them; both dates included, null for no end. A date on which nobody
-- is expected has no row. For functions that count over all rows.
create or replace function school.expected_by_date(p_classroom_slot_ids uuid[], p_from date, p_until date default null)
returns table (classroom_slot_id uuid, class_date date, expected integer)
language sql
stable
security invoker
set search_path = ''
as $$
  select b.classroom_slot_id, b.class_date, count(*)::integer
  from school.attendance as b
  where b.classroom_slot_id = any (p_classroom_slot_ids)
    and b.class_date between p_from and coalesce(p_until, 'infinity')
    and b.status <> 'cancelled'
  group by b.classroom_slot_id, b.class_date;
$$;
comment on function school.expected_by_date(uuid[], date, date) is 'People expected, or seen, in classes by date.';
