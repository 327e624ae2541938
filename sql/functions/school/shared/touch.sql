-- Every changed row has a new version and time of change, whoever changes it. Keys that a row carries for the policies
-- are nobody's news.
create or replace function school.touch()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  new.version := old.version + 1;
  new.updated_at := school.clock();
  return new;
end;
$$;
comment on function school.touch() is 'Trigger: counts versions up and stamps the change.';

create or replace trigger touch before update on school.school_settings
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update on school.users for each row when (
  old.email is distinct from new.email
  or old.name is distinct from new.name
  or old.phone is distinct from new.phone
  or old.role is distinct from new.role
  or old.status is distinct from new.status
  or old.deleted_at is distinct from new.deleted_at
) execute function school.touch();
create or replace trigger touch before update on school.user_settings
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update on school.access_requests
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update on school.instruments
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update on school.courses
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update on school.course_plans
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update on school.operating_days
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update on school.time_slot_templates
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update on school.school_closures
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update of
  time_slot_id, course_id, teacher_id, capacity, deleted_at
on school.classroom_slots
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update on school.lead_stages
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update on school.leads
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update of
  lead_id, student_id, course_id, course_plan_id, renewed_from_id, start_date, total_classes, status, status_reason
on school.admissions
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update of status, notes, due_on, paid_on, updated_by on school.admission_payments
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update of
  classroom_slot_id, teacher_id, class_date, start_time, end_time, status, note, marked_by, marked_at,
  original_class_date, original_classroom_slot_id, closure_id, absence_announced_at, absence_reason
on school.attendance
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update of
  class_date, classroom_slot_id, status, reason, decided_by, decided_at, decision_reason
on school.reschedule_requests
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update of
  teacher_id, note, status, put_first_at, offer_expires_at, ended_at, admission_id, version
on school.waitlist_entries
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update of teacher_id, status, note, ended_at, ended_by on school.trials
for each row when (old is distinct from new) execute function school.touch();
create or replace trigger touch before update on school.webhook_endpoints
for each row when (old is distinct from new) execute function school.touch();
