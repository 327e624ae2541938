create or replace function school.request_conflicts(p_request school.reschedule_requests)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select school.reschedule_conflicts(
    (p_request).original_attendance_id,
    (p_request).classroom_slot_id,
    (p_request).class_date,
    (p_request).id,
    (p_request).is_school_caused or (p_request).is_override
  );
$$;
comment on function school.request_conflicts(school.reschedule_requests) is
  'What stands against a request to move a class when it is decided.';
