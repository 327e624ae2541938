create function api.list_admissions(
  p_status api.admission_status[] default null,
  p_student_id uuid[] default null,
  p_course_id uuid[] default null,
  p_lead_id uuid[] default null,
  p_payment_status api.payment_status[] default null,
  p_sort api.age_sort default '-createdAt',
  p_count api.count_wish default false,
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
  v_after text[] := school.decode_cursor(p_cursor, p_sort, 2);
  v_down boolean := left(p_sort, 1) = '-';
  v_after_age timestamptz := v_after[1]::timestamptz;
  v_after_id uuid := v_after[2]::uuid;
  v_owner_id uuid := auth.user_id_as('staff');
  v_first uuid[];
  v_total bigint;
begin
  if num_nulls(p_status, p_student_id, p_course_id, p_lead_id, p_payment_status) = 5 then
    v_first := school.admissions_in_sight(v_after_age, v_after_id, v_down, p_limit + 1);
  end if;
  if p_count and v_first is not null then
    v_total := cardinality(school.admissions_in_sight(null, null, false, school.most_counted() + 1));
  end if;
  return (
    with listed as not materialized (
      select a.id, a.created_at
      from school.admissions as a
      where (v_first is null or a.id = any (v_first))
        -- As the policy has it: by one value the planner knows an index in order.
        and (v_owner_id is null or a.lead_owner_id = v_owner_id)
        and (p_status is null or school.is_one_of(a.status, p_status))
        and (p_student_id is null or school.is_one_of(a.student_id, p_student_id))
        and (p_course_id is null or school.is_one_of(a.course_id, p_course_id))
        and (p_lead_id is null or school.is_one_of(a.lead_id, p_lead_id))
        and (p_payment_status is null or exists (
          select
          from school.admission_payments as p
          where p.admission_id = a.id
            and school.is_one_of(p.status, p_payment_status)
        ))
    )
    select school.page_of_admissions(
      array(
        select l.id
        from listed as l
        where v_after_id is null or case when v_down
          then (l.created_at, l.id) < (v_after_age, v_after_id)
          else (l.created_at, l.id) > (v_after_age, v_after_id)
        end
        order by
          case when v_down then l.created_at end desc,
          case when v_down then l.id end desc,
          l.created_at,
          l.id
        limit p_limit + 1
      ),
      p_sort,
      p_limit,
      case when v_total is not null then v_total when p_count then (
        select count(*) from (select from listed limit school.most_counted() + 1) as c
      ) end
    )
  );
end;
$$;
comment on function api.list_admissions is
  'Lists admissions, newest first: of all for admins, of their leads for staff, of their students for teachers, their '
  'own for students.';
grant execute on function api.list_admissions to school_admin, school_staff, school_teacher, school_student;
