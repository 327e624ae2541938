-- Locks the classes of courses, and those in which leads come for a trial, in one turn, by id: who ends what a lead
-- waits for ends its trials, too.
create or replace function school.lock_classes_of_leads(p_lead_ids uuid[], p_course_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform
  from school.classroom_slots as k
  where (
    k.course_id = any (p_course_ids)
    and k.deleted_at is null
  )
    or k.id in (
      select x.classroom_slot_id
      from school.trials as x
      where x.lead_id = any (p_lead_ids)
        and x.status = 'booked'
    )
  order by k.id
  for update;
end;
$$;
comment on function school.lock_classes_of_leads(uuid[], uuid[]) is
  'Locks the weekly classes of courses and those of leads'' trials.';
