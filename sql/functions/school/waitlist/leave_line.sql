-- Takes entries out of the line, and offers on what was held for them. Locks the classes of their courses, then the
-- entries.
create or replace function school.leave_line(p_entry_ids uuid[], p_status text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_course_ids uuid[] := array(
    select distinct w.course_id from school.waitlist_entries as w where w.id = any (p_entry_ids)
  );
begin
  perform school.lock_classes_of_courses(v_course_ids);
  perform school.end_entries(p_entry_ids, p_status);
  perform school.offer_seats(v_course_ids);
end;
$$;
comment on function school.leave_line(uuid[], text) is 'Ends entries of the waiting list and offers their seats on.';
