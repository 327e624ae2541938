-- The plan a locked admission is renewed with. Raises invalid_state, unknown_reference, plan_not_for_course,
-- slot_count_mismatch.
create or replace function school.renewal_plan(p_admission school.admissions, p_course_plan_id uuid)
returns school.course_plans
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_plan school.course_plans;
begin
  select * into v_plan from school.course_plans as p where p.id = p_course_plan_id and p.deleted_at is null for share;
  if not found then
    perform school.fail_reference('coursePlanId');
  end if;
  if (p_admission).status <> 'active' then
    perform school.fail('invalid_state', format('The admission is %s.', (p_admission).status));
  end if;
  if exists (select from school.admissions as a where a.renewed_from_id = (p_admission).id) then
    perform school.fail('invalid_state', 'The admission was renewed already.');
  end if;
  if v_plan.course_id <> (p_admission).course_id then
    perform school.fail('plan_not_for_course', 'The plan belongs to another course.');
  end if;
  if v_plan.classes_per_week <> (
    select count(*) from school.admission_slots as s where s.admission_id = (p_admission).id
  ) then
    perform school.fail(
      'slot_count_mismatch', format('The plan has %s classes a week, the admission has other.', v_plan.classes_per_week)
    );
  end if;
  return v_plan;
end;
$$;
comment on function school.renewal_plan(school.admissions, uuid) is 'The plan of a renewal.';
