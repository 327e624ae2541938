-- Locks what marks are judged by, each kind by id, before their rows, so that nobody is waited for in a circle: the
-- admissions, and for marks of today that are taken back the weekday and the classes. Whoever closes the school, a
-- weekday or a class meets one of these, and sees the class scheduled again or is seen.
create or replace function school.lock_marks(p_ids uuid[], p_taken_back uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_today date := school.today();
  v_class_ids uuid[];
begin
  perform
  from school.admissions as a
  where a.id in (select b.admission_id from school.attendance as b where b.id = any (p_ids))
  order by a.id
  for share;
  if cardinality(p_taken_back) = 0 then
    return;
  end if;
  perform school.require_fresh_sight();
  v_class_ids := array(
    select b.classroom_slot_id
    from school.attendance as b
    where b.id = any (p_taken_back)
      and b.class_date = v_today
  );
  perform
  from school.operating_days as o
  where o.weekday = extract(isodow from v_today)
    and cardinality(v_class_ids) > 0
  for share;
  perform from school.classroom_slots as k where k.id = any (v_class_ids) order by k.id for update;
end;
$$;
comment on function school.lock_marks(uuid[], uuid[]) is 'Takes the locks of marking classes, or taking marks back.';
