-- definer: events are nobody's to write.
create or replace function school.emit_lead_assigned()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_owner_id uuid := case when tg_op = 'INSERT' or new.owner_id is distinct from old.owner_id then new.owner_id end;
  v_teacher_id uuid := case
    when tg_op = 'INSERT' or new.assigned_teacher_id is distinct from old.assigned_teacher_id
      then new.assigned_teacher_id
  end;
begin
  if v_owner_id is not null or v_teacher_id is not null then
    perform school.emit('lead.assigned', 'lead', new.id, jsonb_build_object(
      'leadName', new.name, 'ownerId', v_owner_id, 'assignedTeacherId', v_teacher_id
    ));
  end if;
  return null;
end;
$$;
comment on function school.emit_lead_assigned() is 'Trigger: a new owner or teacher of a lead is an event.';

create or replace trigger emit_lead_assigned
after insert or update of owner_id, assigned_teacher_id on school.leads
for each row
execute function school.emit_lead_assigned();
