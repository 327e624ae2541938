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
  v_after_age timestamptz := v_after[1]::timestamptz;
  v_after_id uuid := v_after[2]::uuid;
  v_owner_id uuid := auth.user_id_as('staff');
  v_first uuid[];
begin
  if num_nulls(p_status, p_student_id, p_course_id, p_lead_id, p_payment_status) = 5 then
    v_first := school.admissions_in_sight(v_after_age, v_after_id, p_limit + 1);
  end if;
  return school.page_of_admissions(
    array(
      select a.id
      from school.admissions as a
      where (v_after_id is null or (a.created_at, a.id) < (v_after_age, v_after_id))
        and (v_first is null or a.id = any (v_first))
        -- As the policy has it: by one value the planner knows an index in order.
        and (v_owner_id is null or a.lead_owner_id = v_owner_id)
        and (p_status is null or a.status = p_status)
        and (p_student_id is null or a.student_id = p_student_id)
        and (p_course_id is null or a.course_id = p_course_id)
        and (p_lead_id is null or a.lead_id = p_lead_id)
        and (p_payment_status is null or exists (
          select
          from school.admission_payments as p
          where p.admission_id = a.id
            and p.status = p_payment_status
        ))
      order by a.created_at desc, a.id desc
      limit p_limit + 1
    ),
    p_limit
  );
end;
$$;
comment on function api.list_admissions is
  'Lists admissions, newest first: of all for admins, of their leads for staff, of their students for teachers, their '
  'own for students.';
grant execute on function api.list_admissions to school_admin, school_staff, school_teacher, school_student;
