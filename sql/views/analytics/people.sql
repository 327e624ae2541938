create view analytics.people
with (security_invoker = true)
as
select
  u.id as person_id,
  u.role,
  u.colleague_card ->> 'name' as name,
  u.deleted_at is null as is_present
from school.users as u;
comment on view analytics.people is
  'One row per person, to name staff and teachers in reports: join it left, for whom the reader does not see has no row.
Who sees what: admins and analysts all, those who have left too; staff themselves, all teachers and the students of '
  'their leads, teachers themselves and the students they teach, students themselves and the teachers they have.';
comment on column analytics.people.person_id is 'The person.';
comment on column analytics.people.role is 'super_admin, admin, staff, teacher or student.';
comment on column analytics.people.name is 'The name; null of students, whoever reads.';
comment on column analytics.people.is_present is 'False of those who have left and were deleted.';
grant select on analytics.people to school_admin, school_staff, school_teacher, school_student, school_analyst;
