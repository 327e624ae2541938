drop index school.users_by_role_and_name;
drop index school.users_by_name;
drop index school.users_by_phone;
drop index school.one_user_per_email;
drop index school.one_pending_request_per_email;
drop index school.one_tag_per_lead_and_text;
alter table school.lead_tags drop column id, add primary key (lead_id, tag);
create unique index one_pending_request_per_email on school.access_requests (email) where status = 'pending';
drop index school.lead_tags_by_tag;
drop index school.leads_by_teacher_and_email;
drop index school.leads_by_teacher_and_phone;
drop index school.leads_by_owner_and_email;
drop index school.leads_by_owner_and_phone;
drop index school.leads_by_email;
drop index school.leads_by_phone;
create unique index one_user_per_email on school.users (email) where deleted_at is null;
create index users_by_role_and_name on school.users (role, name, id) where deleted_at is null;
create index users_by_name on school.users (name, id) where deleted_at is null;
create index lead_tags_by_tag on school.lead_tags (tag, lead_id);
create index leads_by_phone on school.leads (phone_key) where deleted_at is null;
create index leads_by_email on school.leads (email) where deleted_at is null;
alter index school.leads_by_search_grams alter column 1 set statistics -1;
alter table school.deliveries
  alter column last_error set statistics -1,
  alter column body set statistics -1,
  alter column subject set statistics -1,
  alter column address set statistics -1;
alter table school.notification_events alter column payload set statistics -1;
alter table school.attendance_history
  alter column new set statistics -1,
  alter column old set statistics -1;
alter table school.lead_audit_events
  alter column new set statistics -1,
  alter column old set statistics -1;
alter table school.admission_payment_history
  alter column new_notes set statistics -1,
  alter column old_notes set statistics -1;
alter table school.access_requests
  alter column reason set statistics -1,
  alter column message set statistics -1,
  alter column name set statistics -1,
  alter column email set statistics -1;
alter table school.notifications
  alter column payload set statistics -1,
  alter column body set statistics -1,
  alter column title set statistics -1;
alter table school.reschedule_requests
  drop column teacher_ids,
  drop column lead_owner_id,
  alter column decision_reason set statistics -1,
  alter column reason set statistics -1;
drop index school.attendance_moved;
alter table school.attendance
  drop column lead_owner_id,
  alter column note set statistics -1;
alter table school.admission_payments
  drop column lead_owner_id,
  drop column student_id,
  alter column notes set statistics -1;
alter table school.admissions
  drop column teacher_ids,
  drop column lead_owner_id,
  alter column status_reason set statistics -1;
alter table school.lead_tags
  drop column lead_is_live,
  drop column lead_teacher_id,
  drop column lead_owner_id,
  alter column tag set statistics -1;
alter table school.lead_notes
  drop column lead_is_live,
  drop column lead_teacher_id,
  drop column lead_owner_id,
  alter column body set statistics -1;
alter table school.leads
  alter column search_grams set statistics -1,
  alter column search_text set statistics -1,
  alter column lost_reason set statistics -1,
  alter column source set statistics -1,
  alter column guardian_name set statistics -1,
  alter column address set statistics -1,
  alter column community set statistics -1,
  alter column area set statistics -1,
  alter column email set statistics -1,
  alter column phone_key set statistics -1,
  alter column phone set statistics -1,
  alter column name set statistics -1;
alter table school.user_settings alter column preferences set statistics -1;
alter table school.users
  drop column card,
  alter column phone set statistics -1,
  alter column name set statistics -1,
  alter column email set statistics -1;
comment on column school.users.name is null;
