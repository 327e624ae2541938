-- A lead that is lost or deleted leaves the line. By its name this comes before school.keys_of_lead: classes are locked
-- before entries of the waiting list.
-- definer: who waits is nobody's to write.
create or replace function school.end_waiting_of_lead()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_entry_ids uuid[] := array(
    select w.id
    from school.waitlist_entries as w
    where w.lead_id = new.id
      and w.status in ('waiting', 'offered')
  );
begin
  if v_entry_ids <> '{}'
    and (
      new.deleted_at is not null
      or exists (select from school.lead_stages as s where s.id = new.stage_id and s.kind = 'lost')
    )
  then
    perform school.lock_classes_of_lead(new.id);
    perform school.leave_line(v_entry_ids, 'withdrawn');
  end if;
  return null;
end;
$$;
comment on function school.end_waiting_of_lead() is 'Trigger: a lead that is lost or deleted waits for nothing.';

create or replace trigger end_waiting_of_lead
after update of stage_id, deleted_at on school.leads
for each row
when (new.stage_id <> old.stage_id or (old.deleted_at is null and new.deleted_at is not null))
execute function school.end_waiting_of_lead();
