-- Everything that must hold of a lead, for every path that writes one: text as it is stored, a live stage, an owner
-- and a teacher of the right role, a reason for a loss. Entering a won or lost stage closes the follow-up; what
-- staff add without an owner is theirs. Locks the owner and the stage that it enters: FOR SHARE, for a soft-deleting
-- update passes FOR KEY SHARE.
-- Raises unknown_reference, not_staff, not_a_teacher, lost_reason_required.
-- definer: stages and people are judged over all rows.
create or replace function school.guard_lead()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_kind text;
begin
  new.name := school.clean(new.name);
  new.email := school.clean_email(new.email);
  new.phone := school.clean(new.phone);
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
  if tg_op = 'INSERT' or new.stage_id <> old.stage_id then
    perform from school.lead_stages as s where s.id = new.stage_id and s.deleted_at is null for share;
    if not found and new.stage_id is not null then
      perform school.fail_reference('stageId');
    end if;
  end if;
  select s.kind into v_kind from school.lead_stages as s where s.id = new.stage_id;
  if v_kind = 'lost' and school.clean(new.lost_reason) is null then
    perform school.fail('lost_reason_required', 'A lost lead needs a lostReason.');
  end if;
  if v_kind in ('won', 'lost') and (tg_op = 'INSERT' or new.stage_id <> old.stage_id) then
    new.follow_up_status := 'done';
  end if;
  return new;
end;
$$;
comment on function school.guard_lead() is 'Trigger: what must hold of a lead.';

create or replace trigger guard_lead
before insert or update on school.leads
for each row
execute function school.guard_lead();
