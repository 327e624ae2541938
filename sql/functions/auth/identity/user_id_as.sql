-- For policies: one look-up that answers both who it is and whether the role still holds.
-- definer: identity is looked up in tables callers may not read.
create or replace function auth.user_id_as(p_role text)
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select i.user_id from auth.identity() as i where i.role = p_role;
$$;
comment on function auth.user_id_as(text) is 'The acting user if of this role now, else null.';
grant execute on function auth.user_id_as(text)
  to school_admin, school_staff, school_teacher, school_student, school_analyst;
