-- Dated classes live in rows of their own. Writing the students and the classes as well makes an admission with an old
-- snapshot of them collide (school.require_fresh_sight). The caller holds the rows.
create or replace function school.note_dates_changed(p_student_ids uuid[], p_classroom_slot_ids uuid[])
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  update school.users as u set dates_changed_at = clock_timestamp() where u.id = any (p_student_ids);
  update school.classroom_slots as k set seats_changed_at = clock_timestamp() where k.id = any (p_classroom_slot_ids);
$$;
comment on function school.note_dates_changed(uuid[], uuid[]) is
  'Shows in students and classes that their dates changed.';
