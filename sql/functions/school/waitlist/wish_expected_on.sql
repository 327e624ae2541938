-- The date on which a wish can be met first, whoever else waits: the day after the last class of the plan that frees
-- the seat, for a wish of several classes the one that frees the last of them. Null when no plan that runs does.
create or replace function school.wish_expected_on(p_entry school.waitlist_entries)
returns date
language sql
stable
security invoker
set search_path = ''
as $$
  with wished as materialized (
    select c as time, c.classroom_slot_id from school.wished_classes(p_entry) as c
  ),
  dated as materialized (
    select
      c.time,
      case when n.free > 0 then school.today() else school.next_seat_frees_on(c.classroom_slot_id) end as free_on
    from wished as c
    join school.count_free(array(select wc.classroom_slot_id from wished as wc)) as n using (classroom_slot_id)
  )
  select min(d.free_on)
  from (select distinct od.free_on from dated as od) as d
  where school.most_together(array(select od.time from dated as od where od.free_on <= d.free_on))
    >= (p_entry).classes_per_week;
$$;
comment on function school.wish_expected_on(school.waitlist_entries) is
  'The date on which seats that meet a wish are free, as far as plans tell.';
