-- A lead that is lost or deleted leaves the line. By its name this comes before the triggers that cancel its trials and
-- write its keys: what these lock before the classes is locked here.
-- definer: who waits is nobody's to write.
create or replace function school.abandon_waiting_of_lead()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_entry_ids uuid[];
  v_course_ids uuid[];
begin
  select array_agg(w.id), array_agg(w.course_id)
  into v_entry_ids, v_course_ids
  from school.waitlist_entries as w
  where w.lead_id = new.id
    and w.status in ('waiting', 'offered');
  if v_entry_ids is not null
    and (
      new.deleted_at is not null
      or exists (select from school.lead_stages as s where s.id = new.stage_id and s.kind = 'lost')
    )
  then
    perform from school.admissions as a where a.lead_id = new.id order by a.id for no key update;
    perform
    from school.users as u
    where u.id = any (array(select a.student_id from school.admissions as a where a.lead_id = new.id))
    order by u.id
    for share;
    perform school.lock_classes_of_leads(array[new.id], v_course_ids);
    perform school.leave_line(v_entry_ids, 'withdrawn');
  end if;
  return null;
end;
$$;
comment on function school.abandon_waiting_of_lead() is 'Trigger: a lead that is lost or deleted waits for nothing.';

create or replace trigger abandon_waiting_of_lead
after update of stage_id, deleted_at on school.leads
for each row
when (new.stage_id <> old.stage_id or (old.deleted_at is null and new.deleted_at is not null))
execute function school.abandon_waiting_of_lead();
