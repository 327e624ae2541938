create view api.user_setting
with (security_invoker = true)
as
select
  s.locale,
  s.timezone,
  s.muted_notification_types as "mutedNotificationTypes",
  s.preferences::api.preferences_object as preferences,
  s.updated_at as "updatedAt",
  s.version
from school.user_settings as s
where s.user_id = (select auth.user_id());
comment on view api.user_setting is 'The caller''s own preferences.';
comment on column api.user_setting."updatedAt" is 'Null when they were never set.';
grant select on api.user_setting to school_admin, school_staff, school_teacher, school_student;
