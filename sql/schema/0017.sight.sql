-- What a row policy looks at stands on the row itself, as one key that costs less to judge than any condition of the
-- caller: so the policy is judged first, and neither EXPLAIN nor its estimates tell of rows that are not shown. The
-- keys that belong to a parent are kept by triggers; school.check_invariants says whether they agree.
set local role school_owner;

-- A person as others are shown them. Who sees whom is many-to-many, so the policy of people is not cheap; names are
-- therefore read from here by everybody but admins: no comparison of jsonb is leakproof, so none goes before a policy.
alter table school.users
  add column card jsonb not null generated always as (jsonb_object(array['id', id::text, 'name', name])) stored;
comment on column school.users.card is '{"id", "name"}: the person as everybody sees it who sees the row at all.';
comment on column school.users.name is 'For admins; everybody else reads names from api.person, that is from card.';

alter table school.lead_notes
  add column lead_owner_id uuid,
  add column lead_teacher_id uuid,
  add column lead_is_live boolean not null default true;
alter table school.lead_tags
  add column lead_owner_id uuid,
  add column lead_teacher_id uuid,
  add column lead_is_live boolean not null default true;
alter table school.admissions
  add column lead_owner_id uuid,
  add column teacher_ids jsonb not null default '[]';
alter table school.admission_payments
  add column student_id uuid,
  add column lead_owner_id uuid;
alter table school.attendance add column lead_owner_id uuid;
alter table school.reschedule_requests
  add column lead_owner_id uuid,
  add column teacher_ids jsonb not null default '[]';
comment on column school.lead_notes.lead_owner_id is 'The owner of the lead, kept here for the policies.';
comment on column school.lead_notes.lead_teacher_id is 'The teacher assigned to the lead, kept here for the policies.';
comment on column school.lead_notes.lead_is_live is 'Whether the lead is not deleted, kept here for the policies.';
comment on column school.lead_tags.lead_owner_id is 'The owner of the lead, kept here for the policies.';
comment on column school.lead_tags.lead_teacher_id is 'The teacher assigned to the lead, kept here for the policies.';
comment on column school.lead_tags.lead_is_live is 'Whether the lead is not deleted, kept here for the policies.';
comment on column school.admissions.lead_owner_id is 'The owner of the lead it came of, kept here for the policies; null when the lead is deleted.';
comment on column school.admissions.teacher_ids is 'The teachers of its weekly and of its dated classes, an array of ids, kept here for the policies.';
comment on column school.admission_payments.student_id is 'The student of the admission, kept here for the policies.';
comment on column school.admission_payments.lead_owner_id is 'As of the admission.';
comment on column school.attendance.lead_owner_id is 'As of the admission.';
comment on column school.reschedule_requests.lead_owner_id is 'As of the admission.';
comment on column school.reschedule_requests.teacher_ids is 'Who teaches the class to be moved, and the weekly class it is of; kept here for the policies.';

-- The policies and triggers come with the code layer, which may not be there, or be an older one.
alter table school.leads no force row level security;
alter table school.lead_notes no force row level security, disable trigger user;
alter table school.lead_tags no force row level security, disable trigger user;
alter table school.classroom_slots no force row level security;
alter table school.classroom_enrollments no force row level security;
alter table school.admissions no force row level security, disable trigger user;
alter table school.admission_payments no force row level security, disable trigger user;
alter table school.attendance no force row level security, disable trigger user;
alter table school.reschedule_requests no force row level security, disable trigger user;

update school.lead_notes as n
set lead_owner_id = l.owner_id, lead_teacher_id = l.assigned_teacher_id, lead_is_live = l.deleted_at is null
from school.leads as l
where l.id = n.lead_id;
update school.lead_tags as t
set lead_owner_id = l.owner_id, lead_teacher_id = l.assigned_teacher_id, lead_is_live = l.deleted_at is null
from school.leads as l
where l.id = t.lead_id;
update school.admissions as a
set
  lead_owner_id = (select l.owner_id from school.leads as l where l.id = a.lead_id and l.deleted_at is null),
  teacher_ids = (
    select coalesce(jsonb_agg(t.id order by t.id), '[]')
    from (
      select k.teacher_id
      from school.classroom_enrollments as e
      join school.classroom_slots as k on k.id = e.classroom_slot_id
      where e.admission_id = a.id
      union
      select b.teacher_id
      from school.attendance as b
      where b.admission_id = a.id
    ) as t (id)
  );
update school.admission_payments as p
set student_id = a.student_id, lead_owner_id = a.lead_owner_id
from school.admissions as a
where a.id = p.admission_id;
update school.attendance as b
set lead_owner_id = a.lead_owner_id
from school.admissions as a
where a.id = b.admission_id
  and a.lead_owner_id is not null;
update school.reschedule_requests as r
set
  lead_owner_id = b.lead_owner_id,
  teacher_ids = case
    when b.teacher_id = k.teacher_id then jsonb_build_array(b.teacher_id)
    else jsonb_build_array(least(b.teacher_id, k.teacher_id), greatest(b.teacher_id, k.teacher_id))
  end
from school.attendance as b, school.classroom_slots as k
where b.id = r.original_attendance_id
  and k.id = r.source_classroom_slot_id;

alter table school.leads force row level security;
alter table school.lead_notes force row level security, enable trigger user;
alter table school.lead_tags force row level security, enable trigger user;
alter table school.classroom_slots force row level security;
alter table school.classroom_enrollments force row level security;
alter table school.admissions force row level security, enable trigger user;
alter table school.admission_payments force row level security, enable trigger user;
alter table school.attendance force row level security, enable trigger user;
alter table school.reschedule_requests force row level security, enable trigger user;

create index lead_notes_by_owner on school.lead_notes (lead_owner_id);
create index lead_notes_by_teacher on school.lead_notes (lead_teacher_id) where lead_teacher_id is not null;
create index lead_tags_by_owner on school.lead_tags (lead_owner_id);
create index lead_tags_by_teacher on school.lead_tags (lead_teacher_id) where lead_teacher_id is not null;
create index admissions_by_owner on school.admissions (lead_owner_id, created_at, id) where lead_owner_id is not null;
create index admissions_by_teacher on school.admissions using gin (teacher_ids);
create index admission_payments_by_student on school.admission_payments (student_id);
create index admission_payments_by_owner on school.admission_payments (lead_owner_id) where lead_owner_id is not null;
create index attendance_by_owner on school.attendance (lead_owner_id, class_date, start_time, id) where lead_owner_id is not null;
create index attendance_moved on school.attendance (classroom_slot_id, class_date) where original_class_date is not null;
create index reschedule_requests_by_owner on school.reschedule_requests (lead_owner_id, created_at, id) where lead_owner_id is not null;
create index reschedule_requests_by_teacher on school.reschedule_requests using gin (teacher_ids);

-- An index on a personal column would be looked into before the policy is asked, and so would its statistics by the
-- planner. An expression that is not leakproof serves the functions of the owner, and nobody else.
drop index school.leads_by_phone;
drop index school.leads_by_email;
drop index school.lead_tags_by_tag;
drop index school.one_pending_request_per_email;
drop index school.one_user_per_email;
drop index school.users_by_name;
drop index school.users_by_role_and_name;
create index leads_by_phone on school.leads ((phone_key || '')) where deleted_at is null;
create index leads_by_email on school.leads ((email || '')) where deleted_at is null;
create index leads_by_owner_and_phone on school.leads (owner_id, ('' || phone_key)) where deleted_at is null;
create index leads_by_owner_and_email on school.leads (owner_id, ('' || email)) where deleted_at is null;
create index leads_by_teacher_and_phone on school.leads (assigned_teacher_id, ('' || phone_key)) where deleted_at is null and assigned_teacher_id is not null;
create index leads_by_teacher_and_email on school.leads (assigned_teacher_id, ('' || email)) where deleted_at is null and assigned_teacher_id is not null;
create index lead_tags_by_tag on school.lead_tags ((tag || ''), lead_id);
alter table school.lead_tags drop constraint lead_tags_pkey, add column id uuid primary key default gen_random_uuid();
create unique index one_tag_per_lead_and_text on school.lead_tags (lead_id, (tag || ''));
create unique index one_pending_request_per_email on school.access_requests ((email || '')) where status = 'pending';
create unique index one_user_per_email on school.users ((email || '')) where deleted_at is null;
create index users_by_phone on school.users ((phone || '')) where deleted_at is null;
create index users_by_name on school.users ((name || ''), id) where deleted_at is null;
create index users_by_role_and_name on school.users (role, (name || ''), id) where deleted_at is null;

alter index school.leads_by_phone alter column 1 set statistics 0;
alter index school.leads_by_email alter column 1 set statistics 0;
alter index school.leads_by_search_grams alter column 1 set statistics 0;
alter index school.leads_by_owner_and_phone alter column 2 set statistics 0;
alter index school.leads_by_owner_and_email alter column 2 set statistics 0;
alter index school.leads_by_teacher_and_phone alter column 2 set statistics 0;
alter index school.leads_by_teacher_and_email alter column 2 set statistics 0;
alter index school.lead_tags_by_tag alter column 1 set statistics 0;
alter index school.one_tag_per_lead_and_text alter column 2 set statistics 0;
alter index school.one_pending_request_per_email alter column 1 set statistics 0;
alter index school.one_user_per_email alter column 1 set statistics 0;
alter index school.users_by_phone alter column 1 set statistics 0;
alter index school.users_by_name alter column 1 set statistics 0;
alter index school.users_by_role_and_name alter column 2 set statistics 0;
alter table school.users
  alter column email set statistics 0,
  alter column name set statistics 0,
  alter column phone set statistics 0,
  alter column card set statistics 0;
alter table school.user_settings
  alter column preferences set statistics 0;
alter table school.leads
  alter column name set statistics 0,
  alter column phone set statistics 0,
  alter column phone_key set statistics 0,
  alter column email set statistics 0,
  alter column area set statistics 0,
  alter column community set statistics 0,
  alter column address set statistics 0,
  alter column guardian_name set statistics 0,
  alter column source set statistics 0,
  alter column lost_reason set statistics 0,
  alter column search_text set statistics 0,
  alter column search_grams set statistics 0;
alter table school.lead_notes alter column body set statistics 0;
alter table school.lead_tags alter column tag set statistics 0;
alter table school.admissions alter column status_reason set statistics 0;
alter table school.admission_payments alter column notes set statistics 0;
alter table school.attendance alter column note set statistics 0;
alter table school.reschedule_requests
  alter column reason set statistics 0,
  alter column decision_reason set statistics 0;
alter table school.access_requests
  alter column email set statistics 0,
  alter column name set statistics 0,
  alter column message set statistics 0,
  alter column reason set statistics 0;
alter table school.admission_payment_history
  alter column old_notes set statistics 0,
  alter column new_notes set statistics 0;
alter table school.lead_audit_events
  alter column old set statistics 0,
  alter column new set statistics 0;
alter table school.attendance_history
  alter column old set statistics 0,
  alter column new set statistics 0;
alter table school.notification_events alter column payload set statistics 0;
alter table school.deliveries
  alter column address set statistics 0,
  alter column subject set statistics 0,
  alter column body set statistics 0,
  alter column last_error set statistics 0;
alter table school.notifications
  alter column title set statistics 0,
  alter column body set statistics 0,
  alter column payload set statistics 0;

-- Statistics made before are not taken back by that.
reset role;
do $$
declare
  v_column record;
begin
  if (select r.rolsuper from pg_catalog.pg_roles as r where r.rolname = current_user) then
    delete from pg_catalog.pg_statistic as s
    using pg_catalog.pg_attribute as a
    where s.starelid = a.attrelid
      and s.staattnum = a.attnum
      and a.attstattarget = 0
      and a.attrelid in (select c.oid from pg_catalog.pg_class as c where c.relnamespace = 'school'::regnamespace);
  elsif current_setting('server_version_num')::integer >= 180000 then
    for v_column in
      select c.relname, a.attname
      from pg_catalog.pg_attribute as a
      join pg_catalog.pg_class as c on c.oid = a.attrelid
      where c.relnamespace = 'school'::regnamespace
        and c.relkind = 'r'
        and a.attstattarget = 0
        and not a.attisdropped
    loop
      perform pg_clear_attribute_stats('school', v_column.relname, v_column.attname, false);
    end loop;
  elsif exists (select from pg_catalog.pg_stats as s where s.schemaname = 'school' and s.tablename = 'leads') then
    raise warning 'statistics of personal columns stay until a superuser deletes those of columns with attstattarget 0 from pg_statistic';
  end if;
end
$$;
