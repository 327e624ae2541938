-- Tells whom a closure takes classes from: students, whoever teaches on the dates, and the owners of the leads, each
-- once, with the dates they lose and those they get instead. p_added: the classes that school.declare_closure appended.
create or replace function school.tell_closure(p_closure_id uuid, p_added jsonb)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  with changed (admission_id, teacher_id, class_date, is_lost) as (
    select b.admission_id, b.teacher_id, b.class_date, true
    from school.attendance as b
    where b.closure_id = p_closure_id
    union all
    select (i.item ->> 'admissionId')::uuid, (i.item #>> '{teacher,id}')::uuid, (i.item ->> 'classDate')::date, false
    from jsonb_array_elements(p_added) as i (item)
  ),
  told as (
    select
      p.person_id,
      array_agg(distinct m.class_date order by m.class_date) filter (where m.is_lost) as lost,
      array_agg(distinct m.class_date order by m.class_date) filter (where not m.is_lost) as added
    from changed as m
    cross join lateral (
      select oa.student_id, oa.lead_owner_id
      from school.admissions as oa
      where oa.id = m.admission_id
      offset 0
    ) as a
    cross join lateral (values (a.student_id), (m.teacher_id), (a.lead_owner_id)) as p (person_id)
    where p.person_id is not null
    group by p.person_id
    having bool_or(m.is_lost)
  )
  select school.emit_all(array(
    select row('closure.declared', 'closure', c.id, null, jsonb_build_object(
      'personId', t.person_id,
      'period', case
        when c.start_date = c.end_date then format('on %s', c.start_date)
        else format('from %s to %s', c.start_date, c.end_date)
      end,
      'startDate', c.start_date,
      'endDate', c.end_date,
      'reason', rtrim(c.reason, ' .'),
      'lost', school.date_list(t.lost),
      'added', school.date_list(t.added),
      'lostDates', to_jsonb(t.lost),
      'addedDates', coalesce(to_jsonb(t.added), '[]')
    ))::school.news
    from told as t
    join school.school_closures as c on c.id = p_closure_id
    order by t.person_id
  ));
$$;
comment on function school.tell_closure(uuid, jsonb) is 'Tells the people of whose classes a closure cancels some.';
