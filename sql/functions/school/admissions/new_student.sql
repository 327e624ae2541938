-- The student to be made: as given, else as the lead reads; null for a student who is a user already.
create or replace function school.new_student(p_request school.admission_request)
returns school.person_details
language sql
stable
security invoker
set search_path = ''
as $$
  select
    school.clean((p_request).student ->> 'name'),
    school.clean_email((p_request).student ->> 'email'),
    school.clean((p_request).student ->> 'phone')
  where (p_request).student is not null
  union all
  select l.name, l.email, l.phone
  from school.leads as l
  where l.id = (p_request).lead_id
    and (p_request).student is null
    and (p_request).student_id is null;
$$;
comment on function school.new_student(school.admission_request) is
  'The student of a wanted admission who is not a user yet.';
