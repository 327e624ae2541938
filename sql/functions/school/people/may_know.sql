-- For whoever admits: admins know everybody, staff all teachers and the students of their leads, as the policies of
-- users have it. For functions that run with the owner's rights.
create or replace function school.may_know(p_user_id uuid, p_role text)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select exists (
    select
    from auth.identity() as i
    where i.role in ('admin', 'super_admin')
      or p_role = 'teacher'
      or (
        i.role = 'staff'
        and (
          i.user_id = p_user_id
          or exists (
            select
            from school.admissions as a
            where a.student_id = p_user_id
              and a.lead_owner_id = i.user_id
          )
        )
      )
  );
$$;
comment on function school.may_know(uuid, text) is
  'Whether the acting admin or staff member may know of a user of this role.';
