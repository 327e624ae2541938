-- Of a student who is not a user yet, cleaned (school.new_student): what the table of users would refuse, in words.
-- Raises invalid_request.
create or replace function school.require_student_details(p_student school.person_details)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_errors jsonb;
begin
  select jsonb_agg(jsonb_build_object('pointer', '/student/' || r.member, 'message', r.message))
  into v_errors
  from (
    values
      ('name', 'is blank', (p_student).name is null),
      ('name', 'is longer than 200 characters', length((p_student).name) > 200),
      ('email', 'is no e-mail address', (p_student).email !~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$'),
      ('email', 'is longer than 254 characters', length((p_student).email) > 254),
      ('phone', 'is longer than 40 characters', length((p_student).phone) > 40)
  ) as r (member, message, is_so)
  where r.is_so;
  if v_errors is not null then
    perform school.fail(
      'invalid_request', 'The student cannot be made of this.', jsonb_build_object('errors', v_errors)
    );
  end if;
end;
$$;
comment on function school.require_student_details(school.person_details) is
  'Refuses a student of whom no user can be made.';
