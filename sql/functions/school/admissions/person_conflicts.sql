-- What stands against the person: the student is a student; an e-mail belongs to one user, who is named to those
-- who may see that user. rank: 2 with the rules, 3 with the seats.
create or replace function school.person_conflicts(p_request school.admission_request, p_student school.person_details)
returns table (rank integer, conflict jsonb)
language sql
stable
security invoker
set search_path = ''
as $$
  select 2, jsonb_build_object('code', 'not_a_student', 'message', 'studentId is not an active student.')
  from school.users as u
  where u.id = (p_request).student_id
    and (u.role <> 'student' or u.status <> 'active')
  union all
  select 3, jsonb_strip_nulls(jsonb_build_object(
    'code', 'email_in_use',
    'message', 'A user has this e-mail already: admit that user by studentId, or leave the e-mail out.',
    'userId', k.id,
    'user', case when k.id is not null then u.card end
  ))
  from school.users as u
  cross join lateral (select case when school.may_know(u.id, u.role) then u.id end as id) as k
  where u.email || '' = (p_student).email
    and u.deleted_at is null;
$$;
comment on function school.person_conflicts(school.admission_request, school.person_details) is
  'What stands against the student of a wanted admission.';
