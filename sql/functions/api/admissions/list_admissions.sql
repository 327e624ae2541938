create function api.list_admissions(
  p_status api.admission_status default null,
  p_student_id uuid default null,
  p_course_id uuid default null,
  p_lead_id uuid default null,
  p_payment_status api.payment_status default null,
  p_limit api.page_limit default 50,
  p_cursor api.page_cursor default null
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_after text[] := school.decode_cursor(p_cursor, 2);
begin
  return (
    select school.page(array_agg(p.item), array_agg(p.key), p_limit)
    from (
      select
        row_to_json(a) as item,
        json_build_array(a."createdAt", a.id) as key
      from api.admission as a
      where (v_after[1] is null or (a."createdAt", a.id) < (v_after[1]::timestamptz, v_after[2]::uuid))
        and (p_status is null or a.status = p_status)
        and (p_student_id is null or a."studentId" = p_student_id)
        and (p_course_id is null or a."courseId" = p_course_id)
        and (p_lead_id is null or a."leadId" = p_lead_id)
        and (p_payment_status is null or exists (
          select
          from school.admission_payments as ap
          where ap.admission_id = a.id
            and ap.status = p_payment_status
        ))
      order by a."createdAt" desc, a.id desc
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_admissions is
  'Lists admissions, newest first: of all for admins, of their leads for staff, of their students for teachers, their '
  'own for students.';
grant execute on function api.list_admissions to school_admin, school_staff, school_teacher, school_student;
