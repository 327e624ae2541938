-- Offers the free seats of courses to who waits, in line: each is offered seats that meet the wish whole, or is passed
-- over and keeps the place. To be called at the very end of whatever frees weekly seats, in its transaction, with the
-- classes locked by school.lock_classes_of_courses before anything was written. A class that came meanwhile is locked
-- here when nobody has it; else all begins again, for to wait here would be out of order.
-- Raises serialization_failure.
create or replace function school.offer_seats(p_course_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_locked uuid[];
  v_entry school.waitlist_entries;
  v_class_ids uuid[];
begin
  perform school.require_fresh_sight();
  v_locked := array(
    select k.id
    from school.classroom_slots as k
    where k.course_id = any (p_course_ids)
      and k.deleted_at is null
    order by k.id
    for update skip locked
  );
  if exists (
    select
    from school.classroom_slots as k
    where k.course_id = any (p_course_ids)
      and k.deleted_at is null
      and k.id <> all (v_locked)
  ) then
    raise exception using
      errcode = 'serialization_failure',
      message = 'A class was added while this waited.';
  end if;
  for v_entry in
    with open_classes as materialized (
      select n.classroom_slot_id
      from school.count_free(v_locked) as n
      where n.free > 0
    )
    select w.*
    from school.waitlist_entries as w
    where w.course_id = any (p_course_ids)
      and w.status = 'waiting'
      and exists (
        select
        from open_classes as o
        join school.classroom_slots as k on k.id = o.classroom_slot_id
        where school.wants(w, k)
      )
    order by w.course_id, w.put_first_at desc nulls last, w.sequence
  loop
    v_class_ids := school.free_classes_for(v_entry);
    if v_class_ids is not null then
      perform school.make_offer(v_entry, v_class_ids);
    end if;
  end loop;
end;
$$;
comment on function school.offer_seats(uuid[]) is 'Offers the free seats of courses to who waits for them.';
