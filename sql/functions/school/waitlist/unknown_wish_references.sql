-- The ids of a wish that name nothing the acting user can use, as JSON array of {pointer, message}; null ids are not
-- asked for.
create or replace function school.unknown_wish_references(
  p_lead_id uuid,
  p_student_id uuid,
  p_course_id uuid,
  p_course_plan_id uuid,
  p_time_slot_ids uuid[],
  p_teacher_id uuid
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  with ids (pointer, is_known) as (
    select '/leadId', p_lead_id is null or school.sees_lead(p_lead_id)
    union all
    select '/studentId', p_student_id is null or exists (
      select from school.users as u where u.id = p_student_id and u.deleted_at is null
    )
    union all
    select '/courseId', p_course_id is null or exists (
      select from school.courses as c where c.id = p_course_id and c.deleted_at is null
    )
    union all
    select '/coursePlanId', p_course_plan_id is null or exists (
      select from school.course_plans as p where p.id = p_course_plan_id and p.deleted_at is null
    )
    union all
    select '/teacherId', p_teacher_id is null or exists (
      select
      from school.users as u
      where u.id = p_teacher_id
        and u.deleted_at is null
        and school.may_know(u.id, u.role)
    )
    union all
    select format('/timeSlotIds/%s', s.position - 1), exists (
      select from school.time_slot_templates as t where t.id = s.id and t.deleted_at is null
    )
    from unnest(p_time_slot_ids) with ordinality as s (id, position)
  )
  select coalesce(jsonb_agg(jsonb_build_object('pointer', i.pointer, 'message', 'unknown')), '[]')
  from ids as i
  where not i.is_known;
$$;
comment on function school.unknown_wish_references(uuid, uuid, uuid, uuid, uuid[], uuid) is
  'The ids of a wish for weekly classes that name nothing the acting user can use.';
