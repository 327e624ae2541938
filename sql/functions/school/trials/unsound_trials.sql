-- Part of school.check_invariants: a booked trial that has not begun can be held, for somebody who may come.
create or replace function school.unsound_trials()
returns table (code text, entity_id uuid, detail text)
language sql
stable
security invoker
set search_path = ''
as $$
  select 'trial_on_a_closed_day', x.id, x.class_date::text
  from school.coming_trials() as x
  where school.is_closed(x.class_date)
  union all
  select 'trial_in_a_deleted_class', x.id, x.class_date::text
  from school.coming_trials() as x
  join school.classroom_slots as k on k.id = x.classroom_slot_id
  where k.deleted_at is not null
  union all
  select 'trial_of_another_teacher', x.id, x.class_date::text
  from school.coming_trials() as x
  where x.teacher_id <> school.teacher_on(x.classroom_slot_id, x.class_date)
  union all
  select 'trial_at_another_time', x.id, format('%s at %s', x.class_date, school.hhmm(x.start_time))
  from school.coming_trials() as x
  join school.classroom_slots as k on k.id = x.classroom_slot_id
  join school.time_slot_templates as t on t.id = k.time_slot_id
  where (extract(isodow from x.class_date), x.start_time, x.end_time, x.course_id)
    is distinct from (t.weekday, t.start_time, t.end_time, k.course_id)
  union all
  select 'trial_of_who_does_not_come', x.id, 'the lead is deleted or admitted'
  from school.coming_trials() as x
  join school.leads as l on l.id = x.lead_id
  where l.deleted_at is not null
    or exists (select from school.admissions as a where a.lead_id = l.id);
$$;
comment on function school.unsound_trials() is 'Booked trials that cannot be held as they stand.';
