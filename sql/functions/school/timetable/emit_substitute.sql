-- Tells of a change of who teaches a class on one date; nothing when nobody else does than before. p_former_id: who
-- stood in before, null when nobody did. Whoever is taken back is told so, too: then the class's teacher is named. A
-- person hears of one class once a day, and the day is the class's, so that two dates are two notices. A date that
-- was told of already is told again under the first day from today on that no notice of the class has.
create or replace function school.emit_substitute(p_classroom_slot_id uuid, p_date date, p_former_id uuid)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select school.emit(
    'class.substituted',
    'classroom_slot',
    k.id,
    jsonb_strip_nulls(jsonb_build_object(
      'courseId', k.course_id,
      'classDate', p_date,
      'teacherId', k.teacher_id,
      'substituteId', s.teacher_id,
      'substituteName', u.name,
      'formerSubstituteId', p_former_id,
      'studentIds', array(
        select distinct b.student_id
        from school.attendance as b
        where b.classroom_slot_id = k.id
          and b.class_date = p_date
          and b.status <> 'cancelled'
        order by b.student_id
      )
    )),
    n.day
  )
  from school.classroom_slots as k
  left join school.class_substitutes as s on s.classroom_slot_id = k.id and s.class_date = p_date
  join school.users as u on u.id = coalesce(s.teacher_id, k.teacher_id)
  cross join lateral (
    select d.day
    from (
      select p_date as day, -1 as place
      union all
      select school.today() + i, i
      from generate_series(0, 1000) as i
    ) as d
    where not exists (
      select
      from school.notification_events as e
      where e.entity_id = k.id
        and e.type = 'class.substituted'
        and e.day = d.day
    )
    order by d.place
    limit 1
  ) as n
  where k.id = p_classroom_slot_id
    and s.teacher_id is distinct from p_former_id;
$$;
comment on function school.emit_substitute(uuid, date, uuid) is
  'Writes the event of a change of who teaches on one date.';
