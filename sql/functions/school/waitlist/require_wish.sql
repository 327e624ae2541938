-- What must hold of a wish beside its ids. Raises plan_not_for_course, slot_count_mismatch, duplicate_slot,
-- not_a_teacher, teacher_not_for_course.
create or replace function school.require_wish(p_entry school.waitlist_entries, p_time_slot_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_plan school.course_plans;
begin
  select * into v_plan from school.course_plans as p where p.id = (p_entry).course_plan_id;
  if v_plan.course_id <> (p_entry).course_id then
    perform school.fail('plan_not_for_course', 'The plan belongs to another course.');
  end if;
  if v_plan.classes_per_week <> (p_entry).classes_per_week then
    perform school.fail(
      'slot_count_mismatch', format('The plan has %s classes a week, not %s.', v_plan.classes_per_week,
      (p_entry).classes_per_week)
    );
  end if;
  if cardinality(p_time_slot_ids) > (select count(distinct i) from unnest(p_time_slot_ids) as i) then
    perform school.fail('duplicate_slot', 'A time slot is named twice.');
  end if;
  if cardinality(p_time_slot_ids) between 1 and (p_entry).classes_per_week - 1 then
    perform school.fail(
      'slot_count_mismatch',
      format('%s classes a week do not fit into %s.', (p_entry).classes_per_week, cardinality(p_time_slot_ids))
    );
  end if;
  if (p_entry).teacher_id is null then
    return;
  end if;
  if not exists (select from school.users as u where u.id = (p_entry).teacher_id and u.role = 'teacher') then
    perform school.fail('not_a_teacher', 'teacherId is not a teacher.');
  end if;
  if not exists (
    select
    from school.course_teachers as ct
    where ct.course_id = (p_entry).course_id
      and ct.teacher_id = (p_entry).teacher_id
  ) then
    perform school.fail('teacher_not_for_course', 'The teacher does not teach this course.');
  end if;
end;
$$;
comment on function school.require_wish(school.waitlist_entries, uuid[]) is 'Refuses a wish that no class could meet.';
