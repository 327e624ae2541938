-- For a value that a schema cannot judge.
create or replace function school.fail_value(p_member text, p_message text)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select school.fail(
    'invalid_request',
    format('%s: %s', p_member, p_message),
    jsonb_build_object('errors', jsonb_build_array(
      jsonb_build_object('pointer', '/' || p_member, 'message', p_message)
    ))
  );
$$;
comment on function school.fail_value(text, text) is 'Refuses a value; p_member is its wire name.';
grant execute on function school.fail_value(text, text)
  to school_admin, school_staff, school_teacher, school_student, school_anonymous;
