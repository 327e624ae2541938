-- The weekly classes that can be part of a wish: live, held, and at a time at which the person sits nowhere else. Seats
-- are not asked for.
create or replace function school.wished_classes(p_entry school.waitlist_entries)
returns setof school.weekly_time
language sql
stable
security invoker
set search_path = ''
as $$
  select k.id, t.weekday, t.start_time, t.end_time
  from school.classroom_slots as k
  join school.time_slot_templates as t on t.id = k.time_slot_id and t.is_active
  join school.operating_days as o on o.weekday = t.weekday and o.is_open
  where k.course_id = (p_entry).course_id
    and k.deleted_at is null
    and school.wants(p_entry, k)
    and not exists (
      select
      from school.classroom_enrollments as e
      join school.classroom_slots as ek on ek.id = e.classroom_slot_id
      join school.time_slot_templates as et on et.id = ek.time_slot_id
      where e.status = 'active'
        and e.student_id = any (array(
          select (p_entry).student_id
          union all
          select a.student_id from school.admissions as a where a.lead_id = (p_entry).lead_id
        ))
        and et.weekday = t.weekday
        and et.start_time < t.end_time
        and t.start_time < et.end_time
    );
$$;
comment on function school.wished_classes(school.waitlist_entries) is
  'The weekly classes that somebody who waits could take.';
