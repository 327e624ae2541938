-- On write the instrument must be live; on deletion nothing live may hang on the course.
-- Raises unknown_reference, in_use.
-- definer: what stands in the way is judged over all rows.
create or replace function school.guard_course()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if new.deleted_at is null then
    perform from school.instruments as i where i.id = new.instrument_id and i.deleted_at is null for share;
    if not found and new.instrument_id is not null then
      perform school.fail_reference('instrumentId');
    end if;
    return new;
  end if;
  perform school.require_unused('The course still has classes', school.slots_in_the_way(p_course_id => new.id));
  perform school.require_unused(
    'The course still has plans in progress', school.admissions_in_the_way(p_course_id => new.id)
  );
  perform school.require_unused('People wait for the course', school.waiting_in_the_way(new.id));
  return new;
end;
$$;
comment on function school.guard_course() is 'Trigger: a course has an instrument, and is not deleted while in use.';

create or replace trigger guard_course
before insert or update of instrument_id, deleted_at on school.courses
for each row
execute function school.guard_course();
