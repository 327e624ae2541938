create function api.update_settings(
  p_school_name api.name_text default null,
  p_timezone api.timezone_name default null,
  p_phone_region api.region_code default null,
  p_locale api.locale_tag default null,
  p_currency api.currency_code default null,
  p_reschedule_notice_hours api.notice_hours default null,
  p_reschedules_per_admission api.move_limit default null,
  p_reschedule_within_days api.move_window_days default null,
  p_waitlist_offer_hours api.offer_hours default null,
  p_trials_per_lead api.trial_limit default null,
  p_pause_days_per_admission api.pause_days default null,
  p_present text[] default '{}',
  p_if_match bigint default null
)
returns api.setting
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_version bigint;
  v_answer api.setting;
begin
  select s.version into v_version from school.school_settings as s for update;
  perform school.require_version(v_version, p_if_match);
  update school.school_settings as s
  set
    school_name = school.patched(p_present, 'school_name', school.clean(p_school_name), s.school_name),
    timezone = school.patched(p_present, 'timezone', p_timezone, s.timezone),
    phone_region = school.patched(p_present, 'phone_region', p_phone_region, s.phone_region),
    locale = school.patched(p_present, 'locale', p_locale, s.locale),
    currency = school.patched(p_present, 'currency', p_currency, s.currency),
    reschedule_notice_hours = school.patched(
      p_present, 'reschedule_notice_hours', p_reschedule_notice_hours::integer, s.reschedule_notice_hours
    ),
    reschedules_per_admission = school.patched(
      p_present, 'reschedules_per_admission', p_reschedules_per_admission::integer, s.reschedules_per_admission
    ),
    reschedule_within_days = school.patched(
      p_present, 'reschedule_within_days', p_reschedule_within_days::integer, s.reschedule_within_days
    ),
    waitlist_offer_hours = school.patched(
      p_present, 'waitlist_offer_hours', p_waitlist_offer_hours::integer, s.waitlist_offer_hours
    ),
    trials_per_lead = school.patched(
      p_present, 'trials_per_lead', p_trials_per_lead::integer, s.trials_per_lead
    ),
    pause_days_per_admission = school.patched(
      p_present, 'pause_days_per_admission', p_pause_days_per_admission::integer, s.pause_days_per_admission
    )
  where s.is_the_only_row;
  select * into v_answer from api.setting;
  return v_answer;
end;
$$;
comment on function api.update_settings is 'Changes the school''s settings.
Class dates and times are local to the school: a new time zone moves no class, it moves "today".
Refusals: version_mismatch.';
grant execute on function api.update_settings to school_super_admin;
