-- Takes the locks of booking, in the global order: the lead, who teaches on that date, the time slot, its weekday, the
-- class. Whoever teaches may change between the look and the lock of the class: then the locks of this turn are given
-- back and all begins again.
create or replace function school.lock_trial(p_lead_id uuid, p_classroom_slot_id uuid, p_date date)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_teacher_id uuid;
begin
  perform school.require_fresh_sight();
  loop
    begin
      perform from school.leads as l where l.id = p_lead_id for no key update;
      v_teacher_id := school.teacher_on(p_classroom_slot_id, p_date);
      perform from school.users as u where u.id = v_teacher_id for no key update;
      perform
      from school.time_slot_templates as t
      where t.id = (select k.time_slot_id from school.classroom_slots as k where k.id = p_classroom_slot_id)
      for share;
      perform school.lock_weekdays(array[p_classroom_slot_id]);
      perform from school.classroom_slots as k where k.id = p_classroom_slot_id for update;
      if v_teacher_id is not distinct from school.teacher_on(p_classroom_slot_id, p_date) then
        return;
      end if;
      raise exception using errcode = 'OS002', message = 'another teacher came in between';
    exception
      when sqlstate 'OS002' then
        continue;
    end;
  end loop;
end;
$$;
comment on function school.lock_trial(uuid, uuid, date) is 'Takes the locks of booking a trial.';
