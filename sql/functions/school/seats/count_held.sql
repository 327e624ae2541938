-- Held: seats of a class that offers of the waiting list hold, and until when the first of them does; a class of which
-- none is held has no row. The seats held for p_lead_id or p_student_id are free to that person and not counted. A lead
-- and the student it became are one person.
create or replace function school.count_held(
  p_classroom_slot_ids uuid[],
  p_lead_id uuid default null,
  p_student_id uuid default null
)
returns table (classroom_slot_id uuid, held integer, held_until timestamptz)
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return query
  select h.classroom_slot_id, count(*)::integer, min(w.offer_expires_at)
  from school.held_seats as h
  join school.waitlist_entries as w on w.id = h.waitlist_entry_id
  where h.classroom_slot_id = any (p_classroom_slot_ids)
    and w.lead_id is distinct from coalesce(p_lead_id, '00000000-0000-0000-0000-000000000000')
    and w.student_id is distinct from coalesce(p_student_id, '00000000-0000-0000-0000-000000000000')
    and not exists (
      select
      from school.admissions as a
      where a.lead_id = w.lead_id
        and a.student_id = p_student_id
    )
  group by h.classroom_slot_id;
end;
$$;
comment on function school.count_held(uuid[], uuid, uuid) is
  'Seats of weekly classes that are held for who waits, but for one person.';
