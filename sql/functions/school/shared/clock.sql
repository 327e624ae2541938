-- The one place time comes from; the tests put another clock here.
-- inlined: every row that is written asks for it; every name in it is of pg_catalog.
create or replace function school.clock()
returns timestamptz
language sql
stable
security invoker
as $$
  select pg_catalog.now();
$$;
comment on function school.clock() is 'The instant at which this transaction happens.';
grant execute on function school.clock()
  to school_gateway, school_admin, school_staff, school_teacher, school_student, school_anonymous, school_analyst,
  school_jobs;
