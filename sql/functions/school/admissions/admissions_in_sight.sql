-- For teachers, whose policy asks an array on each admission: one range of an index that is in order, either way.
-- definer: the range of the caller in school.admission_sight, which is nobody's to read.
create or replace function school.admissions_in_sight(
  p_after timestamptz,
  p_after_id uuid,
  p_down boolean,
  p_limit integer
)
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  v_teacher_id uuid := auth.user_id_as('teacher');
begin
  if v_teacher_id is null then
    return null;
  end if;
  return array(
    select s.admission_id
    from school.admission_sight as s
    where s.viewer_id = v_teacher_id
      and s.viewer_role = 'teacher'
      and (s.created_at, s.admission_id) < (
        coalesce(p_after, 'infinity'),
        coalesce(p_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
      )
    order by s.created_at desc, s.admission_id desc
    limit case when p_down then p_limit else 0 end
  ) || array(
    select s.admission_id
    from school.admission_sight as s
    where s.viewer_id = v_teacher_id
      and s.viewer_role = 'teacher'
      and (s.created_at, s.admission_id) > (
        coalesce(p_after, '-infinity'),
        coalesce(p_after_id, '00000000-0000-0000-0000-000000000000')
      )
    order by s.created_at, s.admission_id
    limit case when not p_down then p_limit else 0 end
  );
end;
$$;
comment on function school.admissions_in_sight(timestamptz, uuid, boolean, integer) is
  'The admissions of the acting teacher by age, from after one of them on or back from before it; null for everybody '
  'else.';
grant execute on function school.admissions_in_sight(timestamptz, uuid, boolean, integer)
  to school_admin, school_staff, school_teacher, school_student;
