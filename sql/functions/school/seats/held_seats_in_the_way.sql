-- Seats held for who waits as things in the way of an edit; null arguments do not narrow. p_teacher_id: only those of
-- who waits for this teacher.
create or replace function school.held_seats_in_the_way(
  p_classroom_slot_id uuid default null,
  p_time_slot_id uuid default null,
  p_weekday integer default null,
  p_teacher_id uuid default null
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    jsonb_build_object(
      'kind', 'waitlist_entry',
      'id', w.id,
      'message', format('a seat held for %s', coalesce(l.name, u.name))
    )
    order by w.sequence
  ), '[]')
  from school.held_seats as h
  join school.waitlist_entries as w on w.id = h.waitlist_entry_id
  join school.classroom_slots as k on k.id = h.classroom_slot_id
  join school.time_slot_templates as t on t.id = k.time_slot_id
  left join school.leads as l on l.id = w.lead_id
  left join school.users as u on u.id = w.student_id
  where (p_classroom_slot_id is null or k.id = p_classroom_slot_id)
    and (p_time_slot_id is null or t.id = p_time_slot_id)
    and (p_weekday is null or t.weekday = p_weekday)
    and (p_teacher_id is null or w.teacher_id = p_teacher_id);
$$;
comment on function school.held_seats_in_the_way(uuid, uuid, integer, uuid) is 'Seats that are held for who waits.';
