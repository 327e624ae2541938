-- Locks what a closure changes, in the global order, each kind by id: the leads of its trials, admissions, students,
-- weekdays, classes, rows. Whoever dates a class or books a trial shares its weekday, also of a class made while this
-- waits; the weekdays are written, so that an admission with an old snapshot, without the closure, collides.
create or replace function school.lock_closure(p_start_date date, p_end_date date)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_lead_ids uuid[];
  v_admission_ids uuid[];
begin
  perform school.require_fresh_sight();
  loop
    begin
      v_lead_ids := array(
        select x.lead_id from school.coming_trials(p_from => p_start_date, p_until => p_end_date) as x
      );
      v_admission_ids := school.admissions_between(p_start_date, p_end_date);
      perform from school.leads as l where l.id = any (v_lead_ids) order by l.id for no key update;
      perform from school.admissions as a where a.id = any (v_admission_ids) order by a.id for no key update;
      perform
      from school.users as u
      where u.id = any (array(select a.student_id from school.admissions as a where a.id = any (v_admission_ids)))
      order by u.id
      for no key update;
      perform from school.operating_days as o order by o.weekday for no key update;
      -- Nobody dates a class any more; who did so while this waited is locked first, too.
      if not v_admission_ids @> school.admissions_between(p_start_date, p_end_date)
        or not v_lead_ids @> array(
          select x.lead_id from school.coming_trials(p_from => p_start_date, p_until => p_end_date) as x
        )
      then
        raise exception using errcode = 'OS002', message = 'somebody came in between';
      end if;
      update school.operating_days as o set is_open = o.is_open;
      perform from school.classroom_slots as k where k.deleted_at is null order by k.id for update;
      perform
      from school.attendance as b
      where b.status = 'scheduled'
        and b.class_date between p_start_date and p_end_date
      order by b.id
      for update;
      return;
    exception
      when sqlstate 'OS002' then
        continue;
    end;
  end loop;
end;
$$;
comment on function school.lock_closure(date, date) is 'Takes the locks of a closure.';
