-- long: its arms, and one for students either way.
-- For everybody but admins, who see all. Each arm is one range of an index that begins with the caller and ends with
-- the page, or is short; the policies of users, which say the same, would be asked about everybody.
-- One plan serves every caller, an ordered walk that ends with the page: a bitmap would find all to sort them.
-- definer: the range of the caller in school.admission_sight, which is nobody's to read.
create or replace function school.people_in_sight(
  p_role api.user_role[],
  p_search api.search_text,
  p_after_name api.name_text,
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
set enable_bitmapscan = off
as $$
declare
  v_role text;
  v_me uuid;
  v_pattern text := school.search_pattern(p_search);
  v_name text := p_after_name;
  v_id uuid := p_after_id;
begin
  select i.role, i.user_id into v_role, v_me from auth.identity() as i;
  if p_after_id is null then
    v_name := case when p_down then (
      select max(s.student_name) from school.admission_sight as s where s.viewer_id = v_me and s.viewer_role = v_role
    ) else '' end;
    v_id := case when p_down
      then uuid 'ffffffff-ffff-ffff-ffff-ffffffffffff'
      else uuid '00000000-0000-0000-0000-000000000000'
    end;
  end if;
  return array(
    select f.id
    from (
      (
        select distinct s.student_name as name, s.student_id as id
        from school.admission_sight as s
        where s.viewer_id = v_me
          and s.viewer_role = v_role
          and (s.student_name, s.student_id) > (v_name, v_id)
          and (v_pattern is null or s.student_name ilike v_pattern)
          and (p_role is null or 'student' = any (p_role))
          and (select u.deleted_at is null from school.users as u where u.id = s.student_id)
        order by s.student_name, s.student_id
        limit case when p_down then 0 else p_limit end
      )
      union all
      (
        select distinct s.student_name as name, s.student_id as id
        from school.admission_sight as s
        where s.viewer_id = v_me
          and s.viewer_role = v_role
          and (s.student_name, s.student_id) < (v_name, v_id)
          and (v_pattern is null or s.student_name ilike v_pattern)
          and (p_role is null or 'student' = any (p_role))
          and (select u.deleted_at is null from school.users as u where u.id = s.student_id)
        order by s.student_name desc, s.student_id desc
        limit case when p_down then p_limit else 0 end
      )
      union all
      (
        select u.name, u.id
        from school.users as u
        where u.deleted_at is null
          and u.role = 'teacher'
          and v_role = 'staff'
          and (p_role is null or 'teacher' = any (p_role))
        -- sorted below: teachers are few
      )
      union all
      (
        select u.name, u.id
        from school.users as u
        where u.id = v_me
          and (p_role is null or u.role = any (p_role))
      )
      union all
      (
        select u.name, u.id
        from (
          select distinct e.id::uuid as id
          from school.admissions as a
          cross join lateral jsonb_array_elements_text(a.teacher_ids) as e (id)
          where a.student_id = v_me
            and v_role = 'student'
            and (p_role is null or 'teacher' = any (p_role))
        ) as t
        cross join lateral (
          select u.name, u.id from school.users as u where u.id = t.id and u.deleted_at is null limit 1
        ) as u
      )
    ) as f
    where (p_after_id is null or case when p_down
      then (f.name, f.id) < (p_after_name, p_after_id)
      else (f.name, f.id) > (p_after_name, p_after_id)
    end)
      and (v_pattern is null or f.name ilike v_pattern)
    order by
      case when p_down then f.name end desc,
      case when p_down then f.id end desc,
      f.name,
      f.id
    limit p_limit
  );
end;
$$;
comment on function school.people_in_sight(api.user_role[], api.search_text, api.name_text, uuid, boolean, integer) is
  'The people whom the acting user sees, by name, from after one of them on or back from before it: staff the '
  'students of their leads and all teachers, teachers their students, students their teachers, everybody themselves.';
grant execute on function school.people_in_sight(
  api.user_role[], api.search_text, api.name_text, uuid, boolean, integer
) to school_staff, school_teacher, school_student;
