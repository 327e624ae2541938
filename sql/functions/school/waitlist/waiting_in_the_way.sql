-- Who waits for a course as things in the way of an edit.
create or replace function school.waiting_in_the_way(p_course_id uuid)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    jsonb_build_object('kind', 'waitlist_entry', 'id', w.id, 'message', coalesce(l.name, u.name)) order by w.sequence
  ), '[]')
  from school.waitlist_entries as w
  left join school.leads as l on l.id = w.lead_id
  left join school.users as u on u.id = w.student_id
  where w.course_id = p_course_id
    and w.status in ('waiting', 'offered');
$$;
comment on function school.waiting_in_the_way(uuid) is 'Who waits for a course.';
