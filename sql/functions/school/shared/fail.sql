-- The one way our functions refuse: SQLSTATE OS001, a sentence for people, and as detail a JSON object with the
-- contract's code and whatever else the problem tells (conflicts, errors, ids the caller may see).
create or replace function school.fail(p_code text, p_message text, p_members jsonb default '{}')
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  raise exception using
    errcode = 'OS001',
    message = p_message,
    detail = (jsonb_build_object('code', p_code) || p_members)::text;
end;
$$;
comment on function school.fail(text, text, jsonb) is 'Refuses with a code of the HTTP contract.';
grant execute on function school.fail(text, text, jsonb)
  to school_gateway, school_admin, school_staff, school_teacher, school_student, school_anonymous, school_jobs;
