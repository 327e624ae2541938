-- For teachers, whose policy asks an array on each admission: one range of an index that is in order.
-- definer: the range of the caller in school.admission_sight, which is nobody's to read.
create or replace function school.admissions_in_sight(p_before timestamptz, p_before_id uuid, p_limit integer)
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
        coalesce(p_before, 'infinity'),
        coalesce(p_before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
      )
    order by s.created_at desc, s.admission_id desc
    limit p_limit
  );
end;
$$;
comment on function school.admissions_in_sight(timestamptz, uuid, integer) is
  'The admissions of the acting teacher, newest first, from before one of them on; null for everybody else.';
grant execute on function school.admissions_in_sight(timestamptz, uuid, integer)
  to school_admin, school_staff, school_teacher, school_student;
