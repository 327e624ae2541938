-- What can be explained of the wire: the wire's word, which is also the name of its view, and the table of its rows.
create or replace function school.resources()
returns table (resource text, stored_in regclass, shown_by regclass)
language sql
stable
security invoker
set search_path = ''
as $$
  select
    r.resource,
    format('school.%I', r.stored_in)::regclass,
    format('api.%I', r.resource)::regclass
  from (
    values
      ('access_request', 'access_requests'),
      ('admission', 'admissions'),
      ('attendance', 'attendance'),
      ('classroom_slot', 'classroom_slots'),
      ('closure', 'school_closures'),
      ('course', 'courses'),
      ('course_plan', 'course_plans'),
      ('delivery', 'deliveries'),
      ('instrument', 'instruments'),
      ('lead', 'leads'),
      ('lead_audit_event', 'lead_audit_events'),
      ('lead_note', 'lead_notes'),
      ('lead_stage', 'lead_stages'),
      ('notification', 'notifications'),
      ('notification_event', 'notification_events'),
      ('payment', 'admission_payments'),
      ('payment_change', 'admission_payment_history'),
      ('person', 'users'),
      ('reschedule_request', 'reschedule_requests'),
      ('time_slot', 'time_slot_templates'),
      ('trial', 'trials'),
      ('user', 'users'),
      ('waitlist_entry', 'waitlist_entries'),
      ('webhook', 'webhook_endpoints')
  ) as r (resource, stored_in);
$$;
comment on function school.resources() is 'The resources of the wire that have an id, with their tables and views.';
grant execute on function school.resources() to school_admin;
