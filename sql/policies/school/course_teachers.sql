create policy owner_all on school.course_teachers for all to school_owner using (true) with check (true);

create policy select_everybody on school.course_teachers
  for select to school_admin, school_staff, school_teacher, school_student
  using ((select auth.user_id()) is not null);
comment on policy select_everybody on school.course_teachers is
  'Everybody of the school sees who teaches which course.';
create policy select_analyst on school.course_teachers for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.course_teachers is
  'Analysts see who teaches which course under a login that stands for no person.';
create policy insert_admin on school.course_teachers for insert to school_admin
  with check ((select auth.is_admin()));
-- no update: a pair is there or not
-- no delete: api.delete_course_teacher deletes

grant select on school.course_teachers to school_admin, school_staff, school_teacher, school_student, school_analyst;
grant insert (course_id, teacher_id) on school.course_teachers to school_admin;
