-- For an id in the body that is missing or not visible; both read the same.
create or replace function school.fail_reference(p_member text)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select school.fail(
    'unknown_reference',
    format('%s names nothing that you can use.', p_member),
    jsonb_build_object('errors', jsonb_build_array(
      jsonb_build_object('pointer', '/' || p_member, 'message', 'unknown')
    ))
  );
$$;
comment on function school.fail_reference(text) is 'Refuses an unknown id in the body; p_member is its wire name.';
grant execute on function school.fail_reference(text) to school_admin, school_staff, school_teacher, school_student;
