-- The entries of one person for a course, waiting or offered. A lead and the student it became are one person.
create or replace function school.live_entries_of(p_lead_id uuid, p_student_id uuid, p_course_id uuid)
returns setof school.waitlist_entries
language sql
stable
security invoker
set search_path = ''
as $$
  select w.*
  from school.waitlist_entries as w
  where w.course_id = p_course_id
    and w.status in ('waiting', 'offered')
    and w.lead_id = any (array(
      select p_lead_id
      union all
      select a.lead_id from school.admissions as a where a.student_id = p_student_id
    ))
  union all
  select w.*
  from school.waitlist_entries as w
  where w.course_id = p_course_id
    and w.status in ('waiting', 'offered')
    and w.student_id = any (array(
      select p_student_id
      union all
      select a.student_id from school.admissions as a where a.lead_id = p_lead_id
    ));
$$;
comment on function school.live_entries_of(uuid, uuid, uuid) is 'What one person waits for in a course.';
