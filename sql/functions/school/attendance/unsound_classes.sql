-- Part of school.check_invariants: the dated classes of an admission are as many as its plan says and
-- carry its keys, and it knows their teachers. Asked together, as one reading of all classes there ever were answers.
create or replace function school.unsound_classes()
returns table (code text, entity_id uuid, detail text)
language sql
stable
security invoker
set search_path = ''
as $$
  with dated as materialized (
    select
      b.admission_id,
      b.lead_owner_id,
      b.teacher_id,
      count(*) filter (where b.status <> 'cancelled') as classes
    from school.attendance as b
    group by b.admission_id, b.lead_owner_id, b.teacher_id
  ),
  teachers as (
    select t.admission_id, jsonb_agg(t.teacher_id order by t.teacher_id) as teacher_ids
    from (
      select d.admission_id, d.teacher_id
      from dated as d
      union
      select e.admission_id, k.teacher_id
      from school.classroom_enrollments as e
      join school.classroom_slots as k on k.id = e.classroom_slot_id
    ) as t
    group by t.admission_id
  ),
  strays as (
    select distinct a.id as admission_id, a.lead_owner_id
    from dated as d
    join school.admissions as a on a.id = d.admission_id
    where d.lead_owner_id is distinct from a.lead_owner_id
  )
  select 'plan_total_differs', a.id, format('%s classes in the plan, %s dated', a.total_classes, coalesce(n.classes, 0))
  from school.admissions as a
  left join (
    select d.admission_id, sum(d.classes) as classes
    from dated as d
    group by d.admission_id
  ) as n on n.admission_id = a.id
  where a.status <> 'cancelled'
    and coalesce(n.classes, 0) <> a.total_classes
  union all
  select 'key_differs_from_its_parent', a.id, 'admissions.teacher_ids'
  from school.admissions as a
  left join teachers as t on t.admission_id = a.id
  where a.teacher_ids <> coalesce(t.teacher_ids, '[]')
  union all
  select 'key_differs_from_its_parent', b.id, 'attendance'
  from strays as d
  join school.attendance as b on b.admission_id = d.admission_id
  where b.lead_owner_id is distinct from d.lead_owner_id;
$$;
comment on function school.unsound_classes() is
  'Dated classes that are not their admission''s: in number, keys or teachers.';
