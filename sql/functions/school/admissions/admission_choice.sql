-- Each wanted time slot with the class it resolves to: live, of this course, of the wanted teacher if any; of several
-- the one with most free seats, then the lowest id. Classes are null where there is none. The count of seats is
-- exact only when the caller holds the locks of school.lock_admission.
create or replace function school.admission_choice(p_request school.admission_request)
returns setof school.chosen_slot
language sql
stable
security invoker
set search_path = ''
as $$
  select
    t.id,
    t.weekday,
    t.start_time,
    t.end_time,
    t.is_active and o.is_open,
    k.id,
    k.teacher_id,
    k.capacity,
    k.enrolled,
    k.free,
    k.held_until
  from school.time_slot_templates as t
  join school.operating_days as o on o.weekday = t.weekday
  left join lateral (
    select
      ck.id,
      ck.teacher_id,
      n.capacity,
      n.enrolled,
      n.free,
      n.held_until
    from school.classroom_slots as ck
    cross join lateral school.count_free(
      array[ck.id], (p_request).lead_id, (p_request).student_id
    ) as n
    where ck.time_slot_id = t.id
      and ck.course_id = (p_request).course_id
      and ck.deleted_at is null
      and ((p_request).teacher_id is null or ck.teacher_id = (p_request).teacher_id)
    order by n.free desc, ck.id
    limit 1
  ) as k on true
  where t.id = any ((p_request).time_slot_ids)
    and t.deleted_at is null;
$$;
comment on function school.admission_choice(school.admission_request) is
  'The classes that the wanted time slots resolve to.';
