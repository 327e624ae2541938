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
  set teacher_ids = n.teacher_ids
  from (
    select i as id, school.teachers_of(i) as teacher_ids
    from unnest(p_admission_ids) as i
  ) as n
  where a.id = n.id
    and a.teacher_ids <> n.teacher_ids;
end;
$$;
comment on function school.keep_teachers(uuid[]) is 'Brings the teachers that admissions know up to date.';
