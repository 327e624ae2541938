-- On write the course must be live; a plan in progress is not deleted.
-- Raises unknown_reference, in_use.
-- definer: what stands in the way is judged over all rows.
create or replace function school.guard_course_plan()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if new.deleted_at is null then
    perform from school.courses as c where c.id = new.course_id and c.deleted_at is null for share;
    if not found and new.course_id is not null then
      perform school.fail_reference('courseId');
    end if;
    if tg_op = 'UPDATE' and new.course_id <> old.course_id then
      perform school.require_unused(
        'The plan is in progress', school.admissions_in_the_way(p_course_plan_id => new.id)
      );
    end if;
    return new;
  end if;
  perform school.require_unused('The plan is in progress', school.admissions_in_the_way(p_course_plan_id => new.id));
  return new;
end;
$$;
comment on function school.guard_course_plan() is 'Trigger: a plan has a course, and is not deleted while in progress.';

create or replace trigger guard_course_plan
before insert or update of course_id, deleted_at on school.course_plans
for each row
execute function school.guard_course_plan();
