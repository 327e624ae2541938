-- One attendance_history row per changed member that people see.
-- definer: the history is nobody's to write.
create or replace function school.audit_attendance()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into school.attendance_history (attendance_id, field, old, new, actor_user_id, request_id, created_at)
  select
    new.id,
    school.wire_name(n.key),
    nullif(o.value, 'null'),
    nullif(n.value, 'null'),
    auth.user_id(),
    auth.setting('ostinato.request_id'),
    school.clock()
  from jsonb_each(to_jsonb(new)) as n
  join jsonb_each(to_jsonb(old)) as o on o.key = n.key
  where n.key in ('status', 'note', 'class_date', 'classroom_slot_id', 'teacher_id', 'absence_announced_at')
    and n.value <> o.value
  order by n.key;
  return null;
end;
$$;
comment on function school.audit_attendance() is 'Trigger: every change of a class of a student is on record.';

create or replace trigger audit_attendance
after update of status, note, class_date, classroom_slot_id, teacher_id, absence_announced_at on school.attendance
for each row
execute function school.audit_attendance();
