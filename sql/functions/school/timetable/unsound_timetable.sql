-- Part of school.check_invariants: a weekly class has its teacher at that time, and all that it is made of.
create or replace function school.unsound_timetable()
returns table (code text, entity_id uuid, detail text)
language sql
stable
security invoker
set search_path = ''
as $$
  select 'teacher_in_two_places', k.id, format('%s, weekday %s', k.teacher_id, t.weekday)
  from school.classroom_slots as k
  join school.time_slot_templates as t on t.id = k.time_slot_id
  join school.classroom_slots as xk on xk.teacher_id = k.teacher_id and xk.id > k.id and xk.deleted_at is null
  join school.time_slot_templates as xt
    on xt.id = xk.time_slot_id
    and xt.weekday = t.weekday
    and xt.start_time < t.end_time
    and t.start_time < xt.end_time
  where k.deleted_at is null
  union all
  select 'class_of_what_is_deleted', k.id, concat_ws(
    ', ',
    case when c.deleted_at is not null then 'course' end,
    case when t.deleted_at is not null then 'time slot' end,
    case when u.deleted_at is not null then 'teacher' end
  )
  from school.classroom_slots as k
  join school.courses as c on c.id = k.course_id
  join school.time_slot_templates as t on t.id = k.time_slot_id
  join school.users as u on u.id = k.teacher_id
  where k.deleted_at is null
    and (c.deleted_at is not null or t.deleted_at is not null or u.deleted_at is not null);
$$;
comment on function school.unsound_timetable() is
  'Weekly classes that overlap for their teacher, or whose course, time slot or teacher is deleted.';
