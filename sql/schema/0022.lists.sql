-- What lists need to cost the same however many years are behind a school: an order for who sees what through an
-- admission, and look-ups for searching people.
set local role school_owner;

create table school.admission_sight (
  admission_id uuid not null references school.admissions (id) on delete cascade,
  viewer_role text not null,
  viewer_id uuid not null,
  created_at timestamptz not null,
  student_id uuid not null,
  student_name text not null,
  primary key (admission_id, viewer_role, viewer_id),
  constraint viewer_is_staff_or_teacher check (viewer_role in ('staff', 'teacher'))
);
comment on table school.admission_sight is 'Which admissions, and so which students, staff and teachers are shown, in the orders of their lists; kept by triggers. Nobody''s to read: the policies decide by the keys on the admission.';
comment on column school.admission_sight.created_at is 'As of the admission.';
comment on column school.admission_sight.student_name is 'As of the student.';
create index admission_sight_by_age on school.admission_sight (viewer_id, viewer_role, created_at, admission_id);
create index admission_sight_by_name on school.admission_sight (viewer_id, viewer_role, student_name, student_id);
create index admission_sight_by_student on school.admission_sight (student_id);
alter table school.admission_sight enable row level security, force row level security;

alter table school.admissions no force row level security;
alter table school.users no force row level security;
alter table school.admission_sight no force row level security;
insert into school.admission_sight (admission_id, viewer_role, viewer_id, created_at, student_id, student_name)
select a.id, v.role, v.id, a.created_at, a.student_id, u.name
from school.admissions as a
join school.users as u on u.id = a.student_id
cross join lateral (
  select 'staff', a.lead_owner_id
  where a.lead_owner_id is not null
  union all
  select 'teacher', t.id::uuid
  from jsonb_array_elements_text(a.teacher_ids) as t (id)
) as v (role, id);
alter table school.admission_sight force row level security;
alter table school.users force row level security;
alter table school.admissions force row level security;

-- What is unread, in order, also for the count.
create index notifications_unread on school.notifications (recipient_user_id, sequence) where read_at is null;

-- People by any part of what admins look for, as leads have it: on an expression that is not leakproof, without
-- statistics. Whoever is disabled is few.
do $$
begin
  execute format(
    $index$
      create index users_by_search_text on school.users
      using gin (lower(name || e'\n' || coalesce(email, '') || e'\n' || coalesce(phone, '')) %I.gin_trgm_ops)
      with (fastupdate = off)
      where deleted_at is null
    $index$,
    (
      select n.nspname
      from pg_catalog.pg_extension as e
      join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
      where e.extname = 'pg_trgm'
    )
  );
end
$$;
alter index school.users_by_search_text alter column 1 set statistics 0;
create index users_disabled_by_name on school.users ((name || ''), id) where deleted_at is null and status = 'disabled';
alter index school.users_disabled_by_name alter column 1 set statistics 0;
