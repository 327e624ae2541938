-- The rows hang on one admission and are written while it is locked, so nobody else writes them. Locks the student.
-- definer: keys are nobody's to write.
create or replace function school.note_admission_sight()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' then
    delete from school.admission_sight as s
    where s.admission_id = new.id
      and case s.viewer_role
        when 'staff' then s.viewer_id is distinct from new.lead_owner_id
        else not new.teacher_ids ? s.viewer_id::text
      end;
  end if;
  insert into school.admission_sight (admission_id, viewer_role, viewer_id, created_at, student_id, student_name)
  select new.id, v.role, v.id, new.created_at, new.student_id, u.name
  from (
    select 'staff', new.lead_owner_id
    where new.lead_owner_id is not null
    union all
    select 'teacher', t.id::uuid
    from jsonb_array_elements_text(new.teacher_ids) as t (id)
  ) as v (role, id)
  join school.users as u on u.id = new.student_id
  for share of u
  on conflict on constraint admission_sight_pkey do nothing;
  return null;
end;
$$;
comment on function school.note_admission_sight() is
  'Trigger: who sees an admission by its keys has it, and its student, in the order of their lists.';

create or replace trigger note_admission_sight
after insert on school.admissions
for each row
execute function school.note_admission_sight();

create or replace trigger note_changed_admission_sight
after update of lead_owner_id, teacher_ids on school.admissions
for each row
when (
  old.lead_owner_id is distinct from new.lead_owner_id
  or old.teacher_ids <> new.teacher_ids
)
execute function school.note_admission_sight();
