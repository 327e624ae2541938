-- Preferences that were never set read as the defaults, version 0.
create function api.get_my_settings()
returns json
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(
    (select row_to_json(s) from api.user_setting as s),
    json_build_object(
      'locale', null,
      'timezone', null,
      'mutedNotificationTypes', '[]'::json,
      'preferences', '{}'::json,
      'updatedAt', null,
      'version', 0
    )
  );
$$;
comment on function api.get_my_settings is 'The caller''s preferences.
Answers: user_setting.';
grant execute on function api.get_my_settings to school_admin, school_staff, school_teacher, school_student;
