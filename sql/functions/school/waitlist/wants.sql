-- Whether a weekly class can be part of a wish, as far as its course, its time slot and its teacher go.
create or replace function school.wants(p_entry school.waitlist_entries, p_class school.classroom_slots)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select (p_class).course_id = (p_entry).course_id
    and ((p_entry).teacher_id is null or (p_entry).teacher_id = (p_class).teacher_id)
    and (
      not exists (select from school.waitlist_time_slots as ws where ws.waitlist_entry_id = (p_entry).id)
      or exists (
        select
        from school.waitlist_time_slots as ws
        where ws.waitlist_entry_id = (p_entry).id
          and ws.time_slot_id = (p_class).time_slot_id
      )
    );
$$;
comment on function school.wants(school.waitlist_entries, school.classroom_slots) is
  'Whether a weekly class can be part of what somebody waits for.';
