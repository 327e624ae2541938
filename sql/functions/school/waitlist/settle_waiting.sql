-- What an admission means for the line: the student waits for this course no more. Whoever takes all seats that were
-- held ends as admitted; else the entry is withdrawn, and the seats go on to who is next. p_only_taken: only an offer
-- of which a seat is taken ends, as when somebody changes to another time. The caller holds the classes of the course
-- when the person waits (school.lock_classes_of_waiting).
create or replace function school.settle_waiting(p_admission_id uuid, p_only_taken boolean default false)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_admission school.admissions;
  v_class_ids uuid[] := array(
    select e.classroom_slot_id
    from school.classroom_enrollments as e
    where e.admission_id = p_admission_id
      and e.status = 'active'
  );
  v_ended_ids uuid[];
  v_admitted_ids uuid[];
begin
  select * into v_admission from school.admissions as a where a.id = p_admission_id;
  select
    array_agg(w.id),
    array_agg(w.id) filter (where w.status = 'offered' and h.class_ids <@ v_class_ids)
  into v_ended_ids, v_admitted_ids
  from school.live_entries_of(v_admission.lead_id, v_admission.student_id, v_admission.course_id) as w
  cross join lateral (
    select array(
      select xh.classroom_slot_id from school.held_seats as xh where xh.waitlist_entry_id = w.id
    ) as class_ids
  ) as h
  where not p_only_taken
    or h.class_ids && v_class_ids;
  if v_ended_ids is null then
    return;
  end if;
  perform school.end_entries(v_admitted_ids, 'admitted', p_admission_id);
  perform school.end_entries(v_ended_ids, 'withdrawn');
  perform school.offer_seats(array[v_admission.course_id]);
end;
$$;
comment on function school.settle_waiting(uuid, boolean) is 'Ends what somebody who was admitted waited for.';
