create or replace function school.keep_teachers(p_admission_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if cardinality(p_admission_ids) = 0 then
    return;
  end if;
  update school.admissions as a
  set teacher_ids = school.teachers_of(a.id)
  where a.id = any (p_admission_ids)
    and a.teacher_ids <> school.teachers_of(a.id);
end;
$$;
comment on function school.keep_teachers(uuid[]) is 'Brings the teachers that admissions know up to date.';
