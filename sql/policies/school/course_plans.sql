create policy owner_all on school.course_plans for all to school_owner using (true) with check (true);

create policy select_everybody on school.course_plans
  for select to school_admin, school_staff, school_teacher, school_student
  using ((select auth.user_id()) is not null);
comment on policy select_everybody on school.course_plans is 'Everybody of the school sees every plan.';
create policy select_analyst on school.course_plans for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.course_plans is
  'Analysts see every plan under a login that stands for no person.';
create policy insert_admin on school.course_plans for insert to school_admin
  with check ((select auth.is_admin()));
create policy update_admin on school.course_plans for update to school_admin
  using ((select auth.is_admin()))
  with check ((select auth.is_admin()));
-- no delete: soft-deleted by api.delete_course_plan

grant select on school.course_plans to school_admin, school_staff, school_teacher, school_student;
grant select (
  id, course_id, name, total_classes, classes_per_week, price, deleted_at
) on school.course_plans to school_analyst;
grant insert (course_id, name, total_classes, classes_per_week, price) on school.course_plans to school_admin;
grant update (
  course_id, name, total_classes, classes_per_week, price, deleted_at
) on school.course_plans to school_admin;
