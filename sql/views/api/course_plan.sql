create view api.course_plan
with (security_invoker = true)
as
select
  p.id,
  p.course_id as "courseId",
  row(p.course_id, c.name)::api.course_ref as course,
  p.name,
  p.total_classes as "totalClasses",
  p.classes_per_week as "classesPerWeek",
  p.price,
  p.created_at as "createdAt",
  p.updated_at as "updatedAt",
  p.version
from school.course_plans as p
left join school.courses as c on c.id = p.course_id
where p.deleted_at is null;
comment on view api.course_plan is 'A plan of a course: so many classes, so many a week.';
grant select on api.course_plan to school_admin, school_staff, school_teacher, school_student;
