-- Refuses what would leave the school without a super_admin, or a class or plan without its person. Who takes a
-- super_admin away holds the school's settings, so that one of two does it after the other.
-- Raises last_super_admin, in_use.
-- definer: what stands in the way is judged over all rows.
create or replace function school.guard_user()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_leaves_role boolean := new.deleted_at is not null or new.role <> old.role;
  v_leaves_the_top boolean := old.role = 'super_admin' and (v_leaves_role or new.status <> 'active');
begin
  if v_leaves_role or v_leaves_the_top then
    perform school.require_fresh_sight();
  end if;
  if v_leaves_the_top then
    perform from school.school_settings for no key update;
    if not exists (
      select
      from school.users as u
      where u.role = 'super_admin'
        and u.status = 'active'
        and u.deleted_at is null
        and u.id <> old.id
    ) then
      perform school.fail('last_super_admin', 'This is the last active super_admin.');
    end if;
  end if;
  if old.role = 'teacher' and v_leaves_role then
    perform school.require_unused('The teacher still has classes', school.slots_in_the_way(p_teacher_id => old.id));
    perform school.require_unused('The teacher is a substitute', school.substitutions_in_the_way(old.id));
  end if;
  if old.role = 'student' and v_leaves_role then
    perform school.require_unused(
      'The student still has plans', school.admissions_in_the_way(p_student_id => old.id)
    );
  end if;
  return new;
end;
$$;
comment on function school.guard_user() is 'Trigger: a super_admin remains; who is in use stays.';

create or replace trigger guard_user
before update of role, status, deleted_at on school.users
for each row
when (
  old.deleted_at is null
  and (new.deleted_at is not null or new.role <> old.role or new.status <> old.status)
)
execute function school.guard_user();
