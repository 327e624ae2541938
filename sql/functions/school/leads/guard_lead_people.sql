-- The owner and the teacher of a lead are of the right role, for every path that writes one; what staff add without an
-- owner is theirs. Locks who they are (school.require_staff, school.require_teacher).
-- Raises unknown_reference, not_staff, not_a_teacher.
-- definer: people are judged over all rows.
create or replace function school.guard_lead_people()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' and new.owner_id is null then
    new.owner_id := auth.user_id_as('staff');
  end if;
  if new.owner_id is not null and (tg_op = 'INSERT' or new.owner_id is distinct from old.owner_id) then
    perform school.require_staff(new.owner_id, 'ownerId');
  end if;
  if new.assigned_teacher_id is not null
    and (tg_op = 'INSERT' or new.assigned_teacher_id is distinct from old.assigned_teacher_id)
  then
    perform school.require_teacher(new.assigned_teacher_id, 'assignedTeacherId');
  end if;
  return new;
end;
$$;
comment on function school.guard_lead_people() is 'Trigger: who a lead belongs to.';

create or replace trigger guard_lead_people
before insert or update of owner_id, assigned_teacher_id on school.leads
for each row
execute function school.guard_lead_people();
