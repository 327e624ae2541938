create or replace function school.notice_body(p_type text, p_payload jsonb, p_day date)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select case
    when p_type = 'lead.assigned' then p_payload ->> 'leadName'
    when p_type = 'access.requested' then format('%s, as %s', p_payload ->> 'name', p_payload ->> 'role')
    when p_type = 'follow_up.due' then format('%s, due %s', p_payload ->> 'leadName', p_day)
    when p_type = 'admission.refused' then concat_ws(': ', p_payload ->> 'leadName', p_payload -> 'conflicts' -> 0 ->> 'message')
    when p_type like 'reschedule.%' then
      format('%s, %s: from %s to %s', p_payload ->> 'studentName', p_payload ->> 'courseName', p_payload ->> 'fromDate', p_payload ->> 'toDate')
    when p_type = 'classes.remaining_4' then
      format('%s, %s: %s left', p_payload ->> 'studentName', p_payload ->> 'courseName', p_payload ->> 'remaining')
    else concat_ws(', ', p_payload ->> 'studentName', p_payload ->> 'courseName', p_payload ->> 'reason')
  end;
$$;
comment on function school.notice_body(text, jsonb, date) is 'The text of a notice.';
