create view api.setting
with (security_invoker = true)
as
select
  s.school_name as "schoolName",
  s.timezone,
  s.phone_region as "phoneRegion",
  s.locale,
  s.currency,
  s.updated_at as "updatedAt",
  s.version
from school.school_settings as s;
comment on view api.setting is 'The school''s settings.';
comment on column api.setting.timezone is 'All dates and times of the school are local to it.';
comment on column api.setting."phoneRegion" is 'Where phone numbers without a country code are at home.';
grant select on api.setting to school_admin, school_staff, school_teacher, school_student;
