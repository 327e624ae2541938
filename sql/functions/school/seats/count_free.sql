-- Free: capacity less enrolled less held (for others than p_lead_id and p_student_id): what a weekly seat needs. A row
-- for each class that is asked for. Exact only under the locks of the classes, counted in a statement after them.
create or replace function school.count_free(
  p_classroom_slot_ids uuid[],
  p_lead_id uuid default null,
  p_student_id uuid default null
)
returns table (
  classroom_slot_id uuid,
  capacity integer,
  enrolled integer,
  held integer,
  free integer,
  held_until timestamptz
)
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return query
  select
    k.id,
    k.capacity,
    n.enrolled,
    coalesce(h.held, 0),
    greatest(0, k.capacity - n.enrolled - coalesce(h.held, 0)),
    h.held_until
  from school.count_enrolled(p_classroom_slot_ids) as n
  join school.classroom_slots as k on k.id = n.classroom_slot_id
  left join school.count_held(p_classroom_slot_ids, p_lead_id, p_student_id) as h on h.classroom_slot_id = k.id;
end;
$$;
comment on function school.count_free(uuid[], uuid, uuid) is
  'Seats of weekly classes: how many there are, taken, held and free.';
