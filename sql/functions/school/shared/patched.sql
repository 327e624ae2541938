-- One member of a PATCH: the new value when the member was sent (null clears), else the old one.
create or replace function school.patched(p_present text[], p_member text, p_new anycompatible, p_old anycompatible)
returns anycompatible
language sql
immutable
security invoker
set search_path = ''
as $$
  select case when p_member = any (p_present) then p_new else p_old end;
$$;
comment on function school.patched(text[], text, anycompatible, anycompatible) is
  'The value of a member after a PATCH.';
grant execute on function school.patched(text[], text, anycompatible, anycompatible)
  to school_admin, school_staff, school_teacher, school_student;
