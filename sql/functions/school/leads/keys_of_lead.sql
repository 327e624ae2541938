-- What hangs on a lead carries who may see the lead. Order of locks: admissions, dated classes, requests, trials,
-- waiting list.
-- definer: keys are nobody's to write.
create or replace function school.keys_of_lead()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_owner_id uuid := case when new.deleted_at is null then new.owner_id end;
begin
  update school.lead_notes as n
  set lead_owner_id = new.owner_id, lead_teacher_id = new.assigned_teacher_id, lead_is_live = new.deleted_at is null
  where n.lead_id = new.id;
  update school.lead_tags as t
  set lead_owner_id = new.owner_id, lead_teacher_id = new.assigned_teacher_id, lead_is_live = new.deleted_at is null
  where t.lead_id = new.id;
  update school.admissions as a
  set lead_owner_id = v_owner_id
  where a.lead_id = new.id
    and a.lead_owner_id is distinct from v_owner_id;
  update school.admission_payments as p
  set lead_owner_id = v_owner_id
  from school.admissions as a
  where a.lead_id = new.id
    and p.admission_id = a.id
    and p.lead_owner_id is distinct from v_owner_id;
  update school.pauses as p
  set lead_owner_id = v_owner_id
  from school.admissions as a
  where a.lead_id = new.id
    and p.admission_id = a.id
    and p.lead_owner_id is distinct from v_owner_id;
  update school.attendance as b
  set lead_owner_id = v_owner_id
  from school.admissions as a
  where a.lead_id = new.id
    and b.admission_id = a.id
    and b.lead_owner_id is distinct from v_owner_id;
  update school.reschedule_requests as r
  set lead_owner_id = v_owner_id
  from school.admissions as a
  join school.attendance as b on b.admission_id = a.id
  where a.lead_id = new.id
    and r.original_attendance_id = b.id
    and r.lead_owner_id is distinct from v_owner_id;
  update school.trials as x
  set lead_owner_id = v_owner_id
  where x.lead_id = new.id
    and x.lead_owner_id is distinct from v_owner_id;
  update school.waitlist_entries as w
  set lead_owner_id = v_owner_id
  where w.lead_id = new.id
    and w.lead_owner_id is distinct from v_owner_id;
  return null;
end;
$$;
comment on function school.keys_of_lead() is
  'Trigger: a new owner or teacher of a lead, its deletion and its return reach what hangs on it.';

create or replace trigger keys_of_lead
after update of owner_id, assigned_teacher_id, deleted_at on school.leads
for each row
when (
  old.owner_id is distinct from new.owner_id
  or old.assigned_teacher_id is distinct from new.assigned_teacher_id
  or (old.deleted_at is null) <> (new.deleted_at is null)
)
execute function school.keys_of_lead();
