create or replace function school.waiting_payload(p_entry school.waitlist_entries)
returns jsonb
language sql
immutable
security invoker
set search_path = ''
as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'leadId', (p_entry).lead_id,
    'studentId', (p_entry).student_id,
    'courseId', (p_entry).course_id
  ));
$$;
comment on function school.waiting_payload(school.waitlist_entries) is
  'What every event about an entry of the waiting list tells: who waits, and for which course.';
