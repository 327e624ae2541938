-- Who waits for the course that they are admitted to leaves the line, which may offer seats of any of its classes. To
-- be called with the lead and the student locked, so that they do not begin to wait meanwhile.
create or replace function school.lock_classes_of_waiting(p_lead_id uuid, p_student_id uuid, p_course_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if exists (select from school.live_entries_of(p_lead_id, p_student_id, p_course_id)) then
    perform school.lock_classes_of_leads(array[p_lead_id], array[p_course_id]);
  end if;
end;
$$;
comment on function school.lock_classes_of_waiting(uuid, uuid, uuid) is
  'Locks the weekly classes of a course if the person waits for it.';
