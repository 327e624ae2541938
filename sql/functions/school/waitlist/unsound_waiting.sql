-- Part of school.check_invariants: seats are held for live offers only, as many as are wanted, and such as can be
-- taken; who waits is there.
create or replace function school.unsound_waiting()
returns table (code text, entity_id uuid, detail text)
language sql
stable
security invoker
set search_path = ''
as $$
  select 'offer_without_its_seats', w.id, format(
    '%s, %s classes wanted, %s held', w.status, w.classes_per_week, count(h.classroom_slot_id)
  )
  from school.waitlist_entries as w
  left join school.held_seats as h on h.waitlist_entry_id = w.id
  group by w.id
  having count(h.classroom_slot_id) <> case when w.status = 'offered' then w.classes_per_week else 0 end
  union all
  select 'offer_that_cannot_be_taken', w.id, format('%s is not wanted, or is not held', k.id)
  from school.held_seats as h
  join school.waitlist_entries as w on w.id = h.waitlist_entry_id
  join school.classroom_slots as k on k.id = h.classroom_slot_id
  join school.time_slot_templates as t on t.id = k.time_slot_id
  join school.operating_days as o on o.weekday = t.weekday
  where not school.wants(w, k)
    or k.deleted_at is not null
    or not t.is_active
    or not o.is_open
  union all
  select 'offered_classes_overlap', h.waitlist_entry_id, format('weekday %s', t.weekday)
  from school.held_seats as h
  join school.classroom_slots as k on k.id = h.classroom_slot_id
  join school.time_slot_templates as t on t.id = k.time_slot_id
  join school.held_seats as xh
    on xh.waitlist_entry_id = h.waitlist_entry_id
    and xh.classroom_slot_id > h.classroom_slot_id
  join school.classroom_slots as xk on xk.id = xh.classroom_slot_id
  join school.time_slot_templates as xt
    on xt.id = xk.time_slot_id
    and xt.weekday = t.weekday
    and xt.start_time < t.end_time
    and t.start_time < xt.end_time
  union all
  select 'nobody_waits', w.id, w.status
  from school.waitlist_entries as w
  left join school.leads as l on l.id = w.lead_id
  left join school.users as u on u.id = w.student_id
  where w.status in ('waiting', 'offered')
    and (
      l.deleted_at is not null
      or u.deleted_at is not null
      or u.status <> 'active'
      or u.role <> 'student'
    );
$$;
comment on function school.unsound_waiting() is
  'Offers of the waiting list without the seats they promise, and entries of who is gone.';
