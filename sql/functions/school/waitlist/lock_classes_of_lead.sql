-- Locks the classes of all courses that a lead waits for, or has a trial class in: whoever ends both locks them in one
-- turn, by id, before it writes either.
create or replace function school.lock_classes_of_lead(p_lead_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform school.lock_classes_of_courses(array(
    select w.course_id
    from school.waitlist_entries as w
    where w.lead_id = p_lead_id
      and w.status in ('waiting', 'offered')
    union
    select x.course_id
    from school.trials as x
    where x.lead_id = p_lead_id
      and x.status = 'booked'
  ));
end;
$$;
comment on function school.lock_classes_of_lead(uuid) is
  'Locks the weekly classes of the courses in which a lead waits or comes for a trial.';
