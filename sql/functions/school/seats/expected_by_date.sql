-- Expected: who comes to a class on a date, whatever brings them: its dated classes that are not cancelled and whose
-- absence is not announced, and booked trials. Both dates included, null for no end. A date on which nobody is expected
-- has no row. For functions that count over all rows.
create or replace function school.expected_by_date(p_classroom_slot_ids uuid[], p_from date, p_until date default null)
returns table (classroom_slot_id uuid, class_date date, expected integer)
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return query
  select v.classroom_slot_id, v.class_date, count(*)::integer
  from (
    select b.classroom_slot_id, b.class_date
    from school.attendance as b
    where b.classroom_slot_id = any (p_classroom_slot_ids)
      and b.class_date between p_from and coalesce(p_until, 'infinity')
      and b.status <> 'cancelled'
      and b.absence_announced_at is null
    union all
    select x.classroom_slot_id, x.class_date
    from school.trials as x
    where x.classroom_slot_id = any (p_classroom_slot_ids)
      and x.class_date between p_from and coalesce(p_until, 'infinity')
      and x.status = 'booked'
  ) as v
  group by v.classroom_slot_id, v.class_date;
end;
$$;
comment on function school.expected_by_date(uuid[], date, date) is 'People expected, or seen, in classes by date.';
