-- The one judgement of a wanted admission, for creating and for previewing: what it resolves to and all that stands
-- against it, selection first, then seats, each by weekday and start time. The count of seats is exact only when the
-- caller holds the locks of school.lock_admission. Where a class has no weekly seat free it is the seat that is
-- refused, and no date. A lead that was admitted already is the only conflict told: whatever else stands in the way is
-- mostly that admission itself; renewals are not conversions.
create or replace function school.judge_admission(p_request school.admission_request)
returns school.admission_judgement
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_judgement school.admission_judgement;
  v_choice school.chosen_slot[];
  v_total integer := (select p.total_classes from school.course_plans as p where p.id = (p_request).course_plan_id);
begin
  v_judgement.student := school.new_student(p_request);
  select jsonb_agg(jsonb_build_object(
    'code', 'lead_already_converted',
    'message', 'This lead was admitted already.',
    'admissionId', a.id
  ))
  into v_judgement.conflicts
  from school.admissions as a
  where a.lead_id = (p_request).lead_id
    and a.renewed_from_id is null;
  if v_judgement.conflicts is not null then
    return v_judgement;
  end if;
  v_choice := array(select c from school.admission_choice(p_request) as c);
  v_judgement.slots := array(
    select c
    from unnest(v_choice) as c
    where c.is_operating
      and c.classroom_slot_id is not null
    order by c.classroom_slot_id
  );
  v_judgement.dates := array(
    select d
    from school.class_dates(
      array(select c.classroom_slot_id from unnest(v_judgement.slots) as c),
      (p_request).start_date,
      v_total,
      (p_request).student_id,
      p_mind_rooms => (select coalesce(bool_and(c.free > 0), false) from unnest(v_judgement.slots) as c)
    ) as d
  );
  select coalesce(
    jsonb_agg(c.conflict order by c.rank, c.weekday nulls first, c.start_time, c.conflict ->> 'code'), '[]'
  )
  into v_judgement.conflicts
  from (
    select p.rank, null::integer as weekday, null::time as start_time, p.conflict
    from school.person_conflicts(p_request, v_judgement.student) as p
    union all
    select 2, s.weekday, s.start_time, s.conflict
    from school.selection_conflicts(p_request, v_choice) as s
    union all
    select 2, 9, null, jsonb_build_object(
      'code', 'no_class_dates',
      'message', format('Only %s of %s classes find a date within three years.', n.found, v_total)
    )
    from (select count(*) as found from unnest(v_judgement.dates) as d where not d.is_full) as n
    where n.found < v_total
      and cardinality(v_judgement.slots) = (select count(distinct i) from unnest((p_request).time_slot_ids) as i)
    union all
    select 3, s.weekday, s.start_time, s.conflict
    from school.seat_conflicts(p_request, v_judgement.slots) as s
  ) as c;
  return v_judgement;
end;
$$;
comment on function school.judge_admission(school.admission_request) is
  'Resolves, dates and judges a wanted admission.';
