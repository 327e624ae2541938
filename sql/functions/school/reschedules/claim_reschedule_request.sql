-- Each request tells the admins and a teacher by e-mail, so twenty a day are made for one student, whatever became of
-- them; admins may make more. Locks the student's counter. Raises too_many_requests.
create or replace function school.claim_reschedule_request(p_attendance_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_wait integer;
begin
  if auth.is_admin() then
    return;
  end if;
  select auth.claim_attempt('reschedule_request', b.student_id::text, 20)
  into v_wait
  from school.attendance as b
  where b.id = p_attendance_id;
  if v_wait > 0 then
    perform school.fail(
      'too_many_requests',
      'Twenty requests to move a class are made in a day at most. Ask the school.',
      jsonb_build_object('retryAfter', v_wait)
    );
  end if;
end;
$$;
comment on function school.claim_reschedule_request(uuid) is
  'Counts a request to move a class of a student, or refuses one too many.';
