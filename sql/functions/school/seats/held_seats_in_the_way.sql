-- Seats held for who waits as things in the way of an edit.
create or replace function school.held_seats_in_the_way(p_classroom_slot_id uuid)
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
  left join school.leads as l on l.id = w.lead_id
  left join school.users as u on u.id = w.student_id
  where h.classroom_slot_id = p_classroom_slot_id;
$$;
comment on function school.held_seats_in_the_way(uuid) is 'The seats of a class that are held for who waits.';
