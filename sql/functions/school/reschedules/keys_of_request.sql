-- definer: keys are nobody's to write.
create or replace function school.keys_of_request()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  select b.admission_id, b.lead_owner_id, school.teachers_of_request(b.teacher_id, new.source_classroom_slot_id)
  into new.admission_id, new.lead_owner_id, new.teacher_ids
  from school.attendance as b
  where b.id = new.original_attendance_id;
  return new;
end;
$$;
comment on function school.keys_of_request() is 'Trigger: a request begins with the keys of the class it is to move.';

create or replace trigger keys_of_request before insert on school.reschedule_requests
for each row execute function school.keys_of_request();
