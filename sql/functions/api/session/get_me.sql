-- definer: everybody reads their own e-mail and phone, which the column grants keep from the others.
create function api.get_me()
returns json
language sql
stable
security definer
set search_path = ''
as $$
  select json_build_object(
    'id', u.id,
    'name', u.name,
    'email', u.email,
    'phone', u.phone,
    'role', u.role,
    'status', u.status,
    'createdAt', u.created_at,
    'updatedAt', u.updated_at,
    'version', u.version,
    'operations', school.operations_of(u.role),
    'school', (
      select json_build_object('name', s.school_name, 'timezone', s.timezone, 'today', school.today())
      from school.school_settings as s
    )
  )
  from school.users as u
  where u.id = auth.user_id();
$$;
comment on function api.get_me is 'The caller: who it is, what it may call, and the school of now.
Answers: user and standing.';
grant execute on function api.get_me to school_admin, school_staff, school_teacher, school_student;
