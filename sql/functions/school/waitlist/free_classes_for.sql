-- The classes that meet a wish whole with the seats free now, chosen like an admission's: most free seats first, then
-- the lowest id. Null when it cannot be met. Exact only under the locks of the course's classes.
create or replace function school.free_classes_for(p_entry school.waitlist_entries)
returns uuid[]
language sql
stable
security invoker
set search_path = ''
as $$
  with wished as (
    select c as time, c.classroom_slot_id from school.wished_classes(p_entry) as c
  )
  select school.classes_together(
    array(
      select c.time
      from wished as c
      join school.count_free(array(select wc.classroom_slot_id from wished as wc)) as n using (classroom_slot_id)
      where n.free > 0
      order by n.free desc, n.classroom_slot_id
    ),
    (p_entry).classes_per_week
  );
$$;
comment on function school.free_classes_for(school.waitlist_entries) is
  'The classes with seats free that meet a wish; null when there are not enough.';
