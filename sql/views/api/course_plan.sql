create view api.course_plan
with (security_invoker = true)
as
select
  t.id,
  t.course_id as "courseId",
  t.name,
  t.total_classes as "totalClasses",
  t.classes_per_week as "classesPerWeek",
  t.price,
  t.created_at as "createdAt",
  t.updated_at as "updatedAt",
  t.version
from school.course_plans as t
where t.deleted_at is null;
comment on view api.course_plan is 'A plan of a course: so many classes, so many a week.';
grant select on api.course_plan to school_admin, school_staff, school_teacher, school_student;
