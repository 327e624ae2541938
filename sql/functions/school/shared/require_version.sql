-- p_expected is null when the caller set no condition. Raises version_mismatch.
create or replace function school.require_version(p_actual bigint, p_expected bigint)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if p_actual <> p_expected then
    perform school.fail('version_mismatch', format('It has changed meanwhile: this is version %s.', p_actual));
  end if;
end;
$$;
comment on function school.require_version(bigint, bigint) is 'Honours If-Match.';
grant execute on function school.require_version(bigint, bigint)
  to school_admin, school_staff, school_teacher, school_student;
