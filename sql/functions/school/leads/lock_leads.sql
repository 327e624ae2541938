-- Locks the leads that the acting user sees among p_ids, and what changes of their owner or stage lock with each of
-- them, in the global order and each kind by id: admissions, students, and for a stage the classes in which they wait
-- or come for a trial. One that is out of sight is not waited for.
-- definer: what hangs on a lead is nobody's to write, and so nobody else's to lock.
create or replace function school.lock_leads(p_ids uuid[], p_for_stage boolean)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_ids uuid[] := array(select i from unnest(p_ids) as i where school.sees_lead(i));
begin
  perform from school.leads as l where l.id = any (v_ids) order by l.id for update;
  perform from school.admissions as a where a.lead_id = any (v_ids) order by a.id for no key update;
  perform
  from school.users as u
  where u.id in (select a.student_id from school.admissions as a where a.lead_id = any (v_ids))
  order by u.id
  for share;
  if p_for_stage then
    perform school.lock_classes_of_leads(v_ids, array(
      select w.course_id
      from school.waitlist_entries as w
      where w.lead_id = any (v_ids)
        and w.status in ('waiting', 'offered')
    ));
  end if;
end;
$$;
comment on function school.lock_leads(uuid[], boolean) is 'Takes the locks of changing several leads.';
grant execute on function school.lock_leads(uuid[], boolean) to school_admin, school_staff;
