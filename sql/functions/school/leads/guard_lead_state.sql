-- What must hold of a lead beside its people (school.guard_lead_people), for every path that writes one: text as it is
-- stored, a live stage, a reason for a loss. Entering a won or lost stage closes the follow-up. Locks the stage that it
-- enters: FOR SHARE, for a soft-deleting update passes FOR KEY SHARE.
-- Raises unknown_reference, lost_reason_required.
-- definer: stages are judged over all rows.
create or replace function school.guard_lead_state()
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
comment on function school.guard_lead_state() is 'Trigger: the text and the stage of a lead.';

create or replace trigger guard_lead_state
before insert or update of name, email, phone, stage_id, lost_reason on school.leads
for each row
execute function school.guard_lead_state();
