-- Holds seats for somebody who waits, and tells of it. The caller holds the classes and has found the seats free.
create or replace function school.make_offer(p_entry school.waitlist_entries, p_classroom_slot_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_expires_at timestamptz := school.clock() + make_interval(
    hours => (select s.waitlist_offer_hours from school.school_settings as s)
  );
begin
  update school.waitlist_entries as w
  set status = 'offered', offer_expires_at = v_expires_at
  where w.id = (p_entry).id;
  insert into school.held_seats (waitlist_entry_id, classroom_slot_id)
  select (p_entry).id, i
  from unnest(p_classroom_slot_ids) as i;
  perform school.emit('waitlist.offered', 'waitlist_entry', (p_entry).id, school.waiting_payload(p_entry)
    || jsonb_build_object(
      'classroomSlotIds', p_classroom_slot_ids,
      'weekly', (
        select string_agg(
          format('%s %s', school.weekday_name(t.weekday), school.hhmm(t.start_time)), ' and '
          order by t.weekday, t.start_time
        )
        from school.classroom_slots as k
        join school.time_slot_templates as t on t.id = k.time_slot_id
        where k.id = any (p_classroom_slot_ids)
      ),
      'expiresOn', (v_expires_at at time zone (select s.timezone from school.school_settings as s))::date,
      'expiresAt', v_expires_at
    ));
end;
$$;
comment on function school.make_offer(school.waitlist_entries, uuid[]) is 'Offers seats to somebody who waits.';
