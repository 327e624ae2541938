create function api.update_my_settings(
  p_locale api.locale_tag default null,
  p_timezone api.timezone_name default null,
  p_muted_notification_types api.notification_types default null,
  p_preferences api.preferences_object default null,
  p_present text[] default '{}',
  p_if_match bigint default null
)
returns json
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_user_id uuid := auth.user_id();
  v_version bigint;
begin
  select s.version into v_version from school.user_settings as s where s.user_id = v_user_id for update;
  perform school.require_version(coalesce(v_version, 0), p_if_match);
  insert into school.user_settings as s (user_id, locale, timezone, muted_notification_types, preferences)
  values (v_user_id, p_locale, p_timezone, coalesce(p_muted_notification_types, '{}'), coalesce(p_preferences, '{}'))
  on conflict on constraint user_settings_pkey do update
  set
    locale = school.patched(p_present, 'locale', p_locale, s.locale),
    timezone = school.patched(p_present, 'timezone', p_timezone, s.timezone),
    muted_notification_types = school.patched(
      p_present, 'muted_notification_types', coalesce(p_muted_notification_types, '{}'), s.muted_notification_types
    ),
    preferences = school.patched(p_present, 'preferences', coalesce(p_preferences, '{}'), s.preferences);
  return api.get_my_settings();
end;
$$;
comment on function api.update_my_settings is 'Changes the caller''s preferences; null goes back to the default.
Access requests cannot be muted.
Answers: user_setting.
Refusals: version_mismatch.';
grant execute on function api.update_my_settings to school_admin, school_staff, school_teacher, school_student;
