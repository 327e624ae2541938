-- JSON array of {pointer, message}, empty when every id is known. Judged for the acting user: a lead of somebody
-- else and a student who is not theirs are unknown to staff.
create or replace function school.unknown_admission_references(p_request school.admission_request)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  with ids (pointer, is_known) as (
    select '/leadId', (p_request).lead_id is null or exists (
      select
      from school.lead_sight as s
      where s.id = (p_request).lead_id
        and s.viewer_role = (p_request).actor_role
        and s.viewer_id = any (array[(p_request).actor_id, '00000000-0000-0000-0000-000000000000'])
    )
    union all
    select '/studentId', (p_request).student_id is null or exists (
      select
      from school.users as u
      where u.id = (p_request).student_id
        and u.deleted_at is null
        and school.may_know(u.id, u.role)
    )
    union all
    select '/courseId', exists (
      select from school.courses as c where c.id = (p_request).course_id and c.deleted_at is null
    )
    union all
    select '/coursePlanId', exists (
      select from school.course_plans as p where p.id = (p_request).course_plan_id and p.deleted_at is null
    )
    union all
    select '/teacherId', (p_request).teacher_id is null or exists (
      select
      from school.users as u
      where u.id = (p_request).teacher_id
        and u.deleted_at is null
        and school.may_know(u.id, u.role)
    )
    union all
    select format('/timeSlotIds/%s', s.position - 1), exists (
      select from school.time_slot_templates as t where t.id = s.id and t.deleted_at is null
    )
    from unnest((p_request).time_slot_ids) with ordinality as s (id, position)
  )
  select coalesce(jsonb_agg(jsonb_build_object('pointer', i.pointer, 'message', 'unknown')), '[]')
  from ids as i
  where not i.is_known;
$$;
comment on function school.unknown_admission_references(school.admission_request) is
  'The ids of a wanted admission that name nothing the acting user can use.';
