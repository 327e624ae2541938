create policy owner_all on school.users for all to school_owner using (true) with check (true);

create policy select_admin on school.users for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.users is 'Admins see every user.';
-- People follow admissions (whose own policies decide). These policies are judged late, so what is told of a person is
-- card, which no condition is judged on before a policy.
create policy select_staff on school.users for select to school_staff
  using (deleted_at is null
    and (
      id = (select auth.user_id_as('staff'))
      or (role = 'teacher' and (select auth.user_id_as('staff')) is not null)
      or exists (select from school.admissions as a where a.student_id = users.id)
    ));
comment on policy select_staff on school.users is
  'Staff see themselves, every teacher, and the students of admissions that they see, unless deleted.';
create policy select_teacher on school.users for select to school_teacher
  using (deleted_at is null
    and (
      id = (select auth.user_id_as('teacher'))
      or exists (select from school.admissions as a where a.student_id = users.id)
    ));
comment on policy select_teacher on school.users is
  'Teachers see themselves and the students of admissions that they see, unless deleted.';
create policy select_student on school.users for select to school_student
  using (deleted_at is null
    and id = any (array(
      select auth.user_id_as('student')
      union
      select t.id::uuid
      from school.admissions as a
      cross join lateral jsonb_array_elements_text(a.teacher_ids) as t (id)
    )));
comment on policy select_student on school.users is 'Students see themselves and their teachers, unless deleted.';
create policy select_analyst on school.users for select to school_analyst
  using ((select auth.is_nobody()));
comment on policy select_analyst on school.users is 'Analysts see every user under a login that stands for no person.';

-- Admins manage staff, teachers and students; super_admins everybody.
create policy insert_admin on school.users for insert to school_admin
  with check (auth.may_manage(role));
create policy update_admin on school.users for update to school_admin
  using (auth.may_manage(role))
  with check (auth.may_manage(role));
-- no delete: users are soft-deleted by api.delete_user

grant select on school.users to school_admin;
-- everybody else: who it is, not how to reach them
grant select (
  id, card, colleague_card, role, deleted_at
) on school.users to school_staff, school_teacher, school_student;
grant select (id, colleague_card, role, status, created_at, deleted_at) on school.users to school_analyst;
grant insert (name, email, phone, role) on school.users to school_admin;
grant update (name, email, phone, role, status, deleted_at) on school.users to school_admin;
