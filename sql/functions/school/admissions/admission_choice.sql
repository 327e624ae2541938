-- Each wanted time slot with the class it resolves to: live, of this course, of the wanted teacher if any; of several
-- the one with most free seats, then the lowest id. Classes are null where there is none. The count of seats is
-- exact only when the caller holds the locks of school.lock_admission.
create or replace function school.admission_choice(p_request school.admission_request)
returns setof school.chosen_slot
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_classes uuid[] := array(
    select k.id
    from school.classroom_slots as k
    where k.time_slot_id = any ((p_request).time_slot_ids)
      and k.course_id = (p_request).course_id
      and k.deleted_at is null
      and ((p_request).teacher_id is null or k.teacher_id = (p_request).teacher_id)
  );
begin
  return query
  select distinct on (t.id)
    t.id,
    t.weekday::integer,
    t.start_time,
    t.end_time,
    t.is_active and o.is_open,
    k.id,
    k.teacher_id,
    k.capacity,
    n.enrolled,
    n.free,
    n.held_until
  from school.time_slot_templates as t
  join school.operating_days as o on o.weekday = t.weekday
  left join (
    school.count_free(v_classes, (p_request).lead_id, (p_request).student_id) as n
    join school.classroom_slots as k on k.id = n.classroom_slot_id
  ) on k.time_slot_id = t.id
  where t.id = any ((p_request).time_slot_ids)
    and t.deleted_at is null
  order by t.id, n.free desc, k.id;
end;
$$;
comment on function school.admission_choice(school.admission_request) is
  'The classes that the wanted time slots resolve to.';
