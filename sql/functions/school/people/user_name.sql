-- Who wrote a note or changed a lead is named to whoever may read the note or the change.
-- definer: names of colleagues whom the policies of users do not show.
create or replace function school.user_name(p_user_id uuid)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select u.name
  from school.users as u
  where u.id = p_user_id
    and u.role <> 'student'
    and auth.role() in ('super_admin', 'admin', 'staff', 'teacher');
$$;
comment on function school.user_name(uuid) is 'The name of a colleague, for those who work here.';
grant execute on function school.user_name(uuid) to school_admin, school_staff, school_teacher, school_student;
