-- inlined: by one value the planner knows an index in order, by any of several it does not; every name in it is of
-- pg_catalog.
create or replace function school.is_one_of(p_value anycompatible, p_wanted anycompatiblearray)
returns boolean
language sql
immutable
security invoker
as $$
  select case when pg_catalog.cardinality(p_wanted) = 1
    then p_value operator(pg_catalog.=) p_wanted[1]
    else p_value operator(pg_catalog.=) any (p_wanted)
  end;
$$;
comment on function school.is_one_of(anycompatible, anycompatiblearray) is
  'Whether a value is among those that a filter of a list was given.';
grant execute on function school.is_one_of(anycompatible, anycompatiblearray)
  to school_admin, school_staff, school_teacher, school_student;
