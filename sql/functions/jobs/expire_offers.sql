-- Ends the offers that have run out, tells of it, and offers the seats on. Locks the classes of the courses, then the
-- entries, each by id.
-- definer: runs for the school, whoever starts it.
create or replace function jobs.expire_offers(p_on date default school.today())
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_ids uuid[] := jobs.offers_to_expire(p_on);
begin
  perform school.lock_classes_of_courses(array(
    select w.course_id from school.waitlist_entries as w where w.id = any (v_ids)
  ));
  v_ids := array(select i from unnest(v_ids) as i where i = any (jobs.offers_to_expire(p_on)));
  perform school.emit(
    'waitlist.expired', 'waitlist_entry', w.id, school.waiting_payload(w),
    (w.offer_expires_at at time zone (select s.timezone from school.school_settings as s))::date
  )
  from school.waitlist_entries as w
  where w.id = any (v_ids)
  order by w.id;
  perform school.leave_line(v_ids, 'expired');
  return cardinality(v_ids);
end;
$$;
comment on function jobs.expire_offers(date) is
  'Ends offers of the waiting list that have run out; answers how many.';
