create view api.setting
with (security_invoker = true)
as
select
  s.school_name as "schoolName",
  s.timezone,
  s.phone_region as "phoneRegion",
  s.locale,
  s.currency,
  s.reschedule_notice_hours as "rescheduleNoticeHours",
  s.reschedules_per_admission as "reschedulesPerAdmission",
  s.reschedule_within_days as "rescheduleWithinDays",
  s.waitlist_offer_hours as "waitlistOfferHours",
  s.trials_per_lead as "trialsPerLead",
  s.pause_days_per_admission as "pauseDaysPerAdmission",
  s.updated_at as "updatedAt",
  s.version
from school.school_settings as s;
comment on view api.setting is 'The school''s settings.';
comment on column api.setting.timezone is 'All dates and times of the school are local to it.';
comment on column api.setting."phoneRegion" is 'Where phone numbers without a country code are at home.';
comment on column api.setting."rescheduleNoticeHours" is
  'From this many hours before a class begins, nobody but admins asks to move it; 0 for none.';
comment on column api.setting."reschedulesPerAdmission" is 'How many classes of a plan may be moved; null for any.';
comment on column api.setting."rescheduleWithinDays" is 'How many days ahead of a class it may be moved.';
comment on column api.setting."waitlistOfferHours" is 'For how long a seat is held for who waits and was offered it.';
comment on column api.setting."trialsPerLead" is 'How many trial classes a lead may have, cancelled ones not counted.';
comment on column api.setting."pauseDaysPerAdmission" is 'How many days in all a plan may pause.';
grant select on api.setting to school_admin, school_staff, school_teacher, school_student;
