-- Takes the locks of booking, in the global order: the lead, the time slot, its weekday, the class. Who teaches it may
-- not change any more; who becomes the lead's teacher is locked after that.
create or replace function school.lock_trial(p_lead_id uuid, p_classroom_slot_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform school.require_fresh_sight();
  perform from school.leads as l where l.id = p_lead_id for no key update;
  perform
  from school.time_slot_templates as t
  where t.id = (select k.time_slot_id from school.classroom_slots as k where k.id = p_classroom_slot_id)
  for share;
  perform school.lock_weekdays(array[p_classroom_slot_id]);
  perform from school.classroom_slots as k where k.id = p_classroom_slot_id for update;
end;
$$;
comment on function school.lock_trial(uuid, uuid) is 'Takes the locks of booking a trial.';
