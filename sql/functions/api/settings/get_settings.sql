create function api.get_settings()
returns api.setting
language sql
stable
security invoker
set search_path = ''
as $$
  select * from api.setting;
$$;
comment on function api.get_settings is 'The school''s settings.';
grant execute on function api.get_settings to school_admin, school_staff, school_teacher, school_student;
