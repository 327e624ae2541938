-- Of a row that was looked up by the id in the path: p_version is null when there is none (or none that the caller
-- sees), p_if_match when the caller set no condition. Raises not_found, version_mismatch.
create or replace function school.require_row(p_what text, p_version bigint, p_if_match bigint)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if p_version is null then
    perform school.fail_not_found(p_what);
  end if;
  perform school.require_version(p_version, p_if_match);
end;
$$;
comment on function school.require_row(text, bigint, bigint) is 'Refuses an id without a row, and a row that changed.';
grant execute on function school.require_row(text, bigint, bigint)
  to school_admin, school_staff, school_teacher, school_student;
