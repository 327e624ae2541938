-- The ids of a wanted transfer: a weekly class of the admission, a time slot, a teacher whom the acting user may know.
-- Raises unknown_reference.
create or replace function school.require_transfer_references(
  p_admission_id uuid,
  p_from_classroom_slot_id uuid,
  p_time_slot_id uuid,
  p_teacher_id uuid
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if not exists (
    select
    from school.admission_slots as s
    where s.admission_id = p_admission_id
      and s.classroom_slot_id = p_from_classroom_slot_id
  ) then
    perform school.fail_reference('fromClassroomSlotId');
  end if;
  if not exists (
    select from school.time_slot_templates as t where t.id = p_time_slot_id and t.deleted_at is null
  ) then
    perform school.fail_reference('timeSlotId');
  end if;
  if p_teacher_id is not null and not exists (
    select
    from school.users as u
    where u.id = p_teacher_id
      and u.deleted_at is null
      and school.may_know(u.id, u.role)
  ) then
    perform school.fail_reference('teacherId');
  end if;
end;
$$;
comment on function school.require_transfer_references(uuid, uuid, uuid, uuid) is
  'Refuses ids of a wanted transfer that name nothing.';
