drop index school.admission_payment_history_by_age;
drop index school.attendance_history_by_age;
drop index school.lead_audit_events_by_age;
drop index school.notifications_by_reading;
drop table jobs.retention;
