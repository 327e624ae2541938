-- Locks lead, time slots, the classes of the course by id, the entry.
-- definer: entries hold seats, which nobody may write; who may change one is stated.
create function api.update_waitlist_entry(
  p_waitlist_entry_id uuid,
  p_time_slot_ids api.wanted_time_slot_ids default null,
  p_teacher_id uuid default null,
  p_note api.message_text default null,
  p_first boolean default null,
  p_present text[] default '{}',
  p_if_match bigint default null
)
returns api.waitlist_entry
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_entry school.waitlist_entries;
  v_wish school.waitlist_entries;
  v_errors jsonb;
  v_answer api.waitlist_entry;
begin
  if 'first' = any (p_present) and not auth.is_admin() then
    perform school.fail('forbidden', 'Admins put an entry first.');
  end if;
  v_entry := school.lock_entry(p_waitlist_entry_id, p_if_match, p_time_slot_ids);
  v_errors := school.unknown_wish_references(null, null, null, null, p_time_slot_ids, p_teacher_id);
  if v_errors <> '[]' then
    perform school.fail(
      'unknown_reference', 'Some ids name nothing that you can use.', jsonb_build_object('errors', v_errors)
    );
  end if;
  v_entry.teacher_id := school.patched(p_present, 'teacher_id', p_teacher_id, v_entry.teacher_id);
  v_wish.course_id := v_entry.course_id;
  v_wish.classes_per_week := v_entry.classes_per_week;
  v_wish.teacher_id := p_teacher_id;
  perform school.require_wish(v_wish, p_time_slot_ids);
  update school.waitlist_entries as w
  set
    teacher_id = v_entry.teacher_id,
    note = school.patched(p_present, 'note', school.clean(p_note), w.note),
    version = w.version + 1
  where w.id = v_entry.id;
  if 'time_slot_ids' = any (p_present) then
    perform school.write_wish(v_entry.id, p_time_slot_ids);
  end if;
  if exists (
    select
    from school.held_seats as h
    join school.classroom_slots as k on k.id = h.classroom_slot_id
    where h.waitlist_entry_id = v_entry.id
      and not school.wants(v_entry, k)
  ) then
    perform school.fail('invalid_state', 'Seats are held that would not be wanted any more: decline them first.');
  end if;
  if 'first' = any (p_present) then
    perform school.put_first(v_entry, coalesce(p_first, false));
  end if;
  perform school.offer_seats(array[v_entry.course_id]);
  select * into v_answer from api.waitlist_entry as w where w.id = p_waitlist_entry_id;
  return v_answer;
end;
$$;
comment on function api.update_waitlist_entry is
  'Changes what somebody waits for, or puts the entry first in line; seats that meet the new wish and are free are '
  'offered at once. timeSlotIds null or empty: any of the course.
Refusals: forbidden (staff put nobody first), not_found, version_mismatch, invalid_state (it has ended, or what is '
  'held would not be wanted any more), unknown_reference, duplicate_slot, slot_count_mismatch, not_a_teacher, '
  'teacher_not_for_course.';
grant execute on function api.update_waitlist_entry to school_admin, school_staff;
