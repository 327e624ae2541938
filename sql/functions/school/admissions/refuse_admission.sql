-- Refuses with all conflicts, the first being the problem. A full class leaves a trace, the event admission.refused,
-- and is therefore answered instead of raised.
create or replace function school.refuse_admission(p_request school.admission_request, p_conflicts jsonb)
returns json
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_members jsonb;
begin
  select jsonb_strip_nulls(jsonb_build_object(
    'userId', max(c ->> 'userId'),
    'user', (array_agg(c -> 'user') filter (where c ? 'user'))[1],
    'admissionId', max(c ->> 'admissionId')
  )) || jsonb_build_object('conflicts', p_conflicts)
  into v_members
  from jsonb_array_elements(p_conflicts) as c;
  if not p_conflicts @> '[{"code": "slot_full"}]' then
    perform school.fail(p_conflicts -> 0 ->> 'code', p_conflicts -> 0 ->> 'message', v_members);
  end if;
  perform school.emit(
    'admission.refused',
    case when (p_request).lead_id is null then 'course' else 'lead' end,
    coalesce((p_request).lead_id, (p_request).course_id),
    jsonb_build_object(
      'courseId', (p_request).course_id,
      'leadId', (p_request).lead_id,
      'studentId', (p_request).student_id,
      'conflicts', (
        select jsonb_agg(c - 'alternatives')
        from jsonb_array_elements(p_conflicts) as c
        where c ->> 'code' = 'slot_full'
      )
    )
  );
  return school.problem(p_conflicts -> 0 ->> 'code', p_conflicts -> 0 ->> 'message', v_members);
end;
$$;
comment on function school.refuse_admission(school.admission_request, jsonb) is
  'Refuses an admission for all its conflicts.';
