-- The one judgement of a wanted admission, for creating and for previewing:
-- {"classroomSlotIds": […], "classDates": [{date, classroomSlotId, startTime, endTime, teacherId}], "fullDates": […],
-- "conflicts": […]}. fullDates are those that were passed over because people who come once fill the room; where a class
-- has no weekly seat free it is the seat that is refused, and no date.
-- All conflicts are there: selection, then seats, each by weekday and start time. A lead that was admitted already is
-- the only one told: whatever else stands in the way is mostly that admission itself.
create or replace function school.judge_admission(p_request api.admission_request)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_slot_ids uuid[];
  v_has_seats boolean;
  v_total integer;
  v_dates jsonb;
  v_full_dates jsonb;
  v_conflicts jsonb;
begin
  select jsonb_agg(p.conflict) into v_conflicts from school.converted_lead_conflict(p_request) as p (conflict);
  if v_conflicts is not null then
    return jsonb_build_object(
      'classroomSlotIds', '[]'::jsonb, 'classDates', '[]'::jsonb, 'fullDates', '[]'::jsonb, 'conflicts', v_conflicts
    );
  end if;
  select
    coalesce(array_agg(c.classroom_slot_id order by c.classroom_slot_id), '{}'),
    coalesce(bool_and(c.occupied < c.capacity), false)
  into v_slot_ids, v_has_seats
  from school.admission_choice(p_request) as c
  where c.is_operating
    and c.classroom_slot_id is not null;
  select p.total_classes into v_total from school.course_plans as p where p.id = (p_request).course_plan_id;
  select
    coalesce(jsonb_agg(
      jsonb_build_object(
        'date', d.class_date,
        'classroomSlotId', d.classroom_slot_id,
        'startTime', school.hhmm(d.start_time),
        'endTime', school.hhmm(d.end_time),
        'teacherId', d.teacher_id
      )
      order by d.class_date, d.start_time, d.classroom_slot_id
    ) filter (where not d.is_full), '[]'),
    coalesce(jsonb_agg(distinct d.class_date) filter (where d.is_full), '[]')
  into v_dates, v_full_dates
  from school.class_dates(
    v_slot_ids, (p_request).start_date, v_total, (p_request).student_id, p_mind_rooms => v_has_seats
  ) as d;
  select coalesce(jsonb_agg(c.conflict order by c.rank, c.weekday nulls first, c.start_time, c.conflict ->> 'code'), '[]')
  into v_conflicts
  from (
    select p.rank, null::integer as weekday, null::time as start_time, p.conflict
    from school.person_conflicts(p_request) as p
    union all
    select 2, s.weekday, s.start_time, s.conflict
    from school.selection_conflicts(p_request) as s
    union all
    select 2, 9, null, jsonb_build_object(
      'code', 'no_class_dates',
      'message', format('Only %s of %s classes find a date within three years.', jsonb_array_length(v_dates), v_total)
    )
    where cardinality(v_slot_ids) = (select count(distinct s.id) from unnest((p_request).time_slot_ids) as s (id))
      and jsonb_array_length(v_dates) < v_total
    union all
    select 3, s.weekday, s.start_time, s.conflict
    from school.seat_conflicts(p_request) as s
  ) as c;
  return jsonb_build_object(
    'classroomSlotIds', to_jsonb(v_slot_ids),
    'classDates', v_dates,
    'fullDates', v_full_dates,
    'conflicts', v_conflicts
  );
end;
$$;
comment on function school.judge_admission(api.admission_request) is 'Resolves, dates and judges a wanted admission.';
