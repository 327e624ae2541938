-- Locks what an admission judges, in the one global order: lead, student, plan, time slots, weekdays, then every class
-- that a wanted time slot may resolve to, and those of the lead's trials, by id, and answers these classes. Whatever is
-- judged must be read in a later statement, so that it sees what a rival committed while this waited.
create or replace function school.lock_admission(p_request school.admission_request)
returns uuid[]
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_locked uuid[];
begin
  perform from school.leads as l where l.id = (p_request).lead_id for no key update;
  perform from school.users as u where u.id = (p_request).student_id for no key update;
  perform from school.course_plans as p where p.id = (p_request).course_plan_id for share;
  perform from school.time_slot_templates as t where t.id = any ((p_request).time_slot_ids) order by t.id for share;
  perform
  from school.operating_days as o
  where o.weekday in (
    select t.weekday from school.time_slot_templates as t where t.id = any ((p_request).time_slot_ids)
  )
  order by o.weekday
  for share;
  perform school.lock_classes_of_waiting((p_request).lead_id, (p_request).student_id, (p_request).course_id);
  with locked as (
    select k.id
    from school.classroom_slots as k
    where (
      k.course_id = (p_request).course_id
      and k.time_slot_id = any ((p_request).time_slot_ids)
      and k.deleted_at is null
    )
      or k.id in (
        select x.classroom_slot_id
        from school.trials as x
        where x.lead_id = (p_request).lead_id
          and x.status = 'booked'
      )
    order by k.id
    for update
  )
  select array_agg(l.id) into v_locked from locked as l;
  return coalesce(v_locked, '{}');
end;
$$;
comment on function school.lock_admission(school.admission_request) is
  'Takes the locks of an admission and answers the classes locked.';
