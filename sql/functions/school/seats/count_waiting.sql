-- Entries of the waiting list, not yet offered anything, whose wish a weekly class can be part of; a class that nobody
-- waits for has no row.
create or replace function school.count_waiting(p_classroom_slot_ids uuid[])
returns table (classroom_slot_id uuid, waiting integer)
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return query
  select k.id, count(*)::integer
  from school.classroom_slots as k
  join school.waitlist_entries as w on w.course_id = k.course_id and w.status = 'waiting'
  where k.id = any (p_classroom_slot_ids)
    and school.wants(w, k)
  group by k.id;
end;
$$;
comment on function school.count_waiting(uuid[]) is 'How many wait for a weekly class.';
