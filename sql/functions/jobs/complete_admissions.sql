-- Completes the active admissions whose last class lies before p_on and frees their seats, which are offered to who
-- waits. Locks the admissions, then the classes of their courses, each by id; an admission that somebody else holds is
-- left to the next run, and one that changed meanwhile is judged again. Run again or late it makes nothing twice.
-- definer: runs for the school, whoever starts it.
create or replace function jobs.complete_admissions(p_on date default school.today())
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_ids uuid[] := jobs.admissions_to_complete(p_on);
  v_course_ids uuid[];
begin
  perform school.require_fresh_sight();
  v_ids := array(
    select a.id
    from school.admissions as a
    where a.id = any (v_ids)
    order by a.id
    for no key update skip locked
  );
  v_ids := array(select i from unnest(v_ids) as i where i = any (jobs.admissions_to_complete(p_on)));
  v_course_ids := school.courses_freed(v_ids);
  perform school.lock_classes_of_courses(v_course_ids);
  perform school.give_up_seats(v_ids);
  update school.admissions as a set status = 'completed' where a.id = any (v_ids);
  perform school.offer_seats(v_course_ids);
  return cardinality(v_ids);
end;
$$;
comment on function jobs.complete_admissions(date) is 'Completes admissions whose plan has run out; answers how many.';
