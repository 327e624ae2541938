-- Whoever makes such rows holds the name (school.note_admission_sight), so the update sees them all.
-- definer: keys are nobody's to write.
create or replace function school.note_student_name()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform school.require_fresh_sight();
  update school.admission_sight as s set student_name = new.name where s.student_id = new.id;
  return null;
end;
$$;
comment on function school.note_student_name() is
  'Trigger: lists that are ordered by a student''s name follow the name.';

create or replace trigger note_student_name
after update of name on school.users
for each row
when (old.name <> new.name)
execute function school.note_student_name();
