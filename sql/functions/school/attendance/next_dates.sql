-- The next p_count dates of a plan, on its weekly classes, where student and room are free: after its last class and
-- its last pause, and not before now; fewer when three years do not hold enough.
create or replace function school.next_dates(p_admission_id uuid, p_count integer)
returns school.class_date[]
language sql
stable
security invoker
set search_path = ''
as $$
  select array(
    select d
    from school.class_dates(
      array(select s.classroom_slot_id from school.admission_slots as s where s.admission_id = a.id),
      l.at::date,
      p_count,
      a.student_id,
      p_after => l.at,
      p_mind_rooms => true
    ) as d
  )
  from school.admissions as a
  cross join lateral (
    select greatest(
      max(b.class_date + b.start_time),
      (select max(p.end_date) + time '23:59' from school.pauses as p where p.admission_id = a.id),
      school.local_now()
    ) as at
    from school.attendance as b
    where b.admission_id = a.id
      and b.status <> 'cancelled'
  ) as l
  where a.id = p_admission_id;
$$;
comment on function school.next_dates(uuid, integer) is 'The dates at which a plan goes on.';
