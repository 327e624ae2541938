-- What is worth a second look but stands in nobody's way: [{code, message, dates?}].
create or replace function school.admission_warnings(p_request api.admission_request, p_judgement jsonb)
returns json
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(json_agg(json_strip_nulls(json_build_object('code', w.code, 'message', w.message, 'dates', w.dates))), '[]')
  from (
    select 'student_without_login' as code, 'The student has no e-mail and so no login.' as message, null::json as dates
    from school.new_student(p_request) as n
    where n.email is null
    union all
    select 'backdated', 'The plan starts in the past; classes already held can be marked.', null
    where (p_request).start_date < school.today()
    union all
    select 'same_phone', format('%s has the same phone number.', u.name), null
    from school.new_student(p_request) as n
    join school.users as u on u.phone || '' = n.phone
    where u.role = 'student'
      and u.deleted_at is null
      and auth.is_admin()
    union all
    select
      'date_full',
      'There are dates on which no place is free; the plan passes over them.',
      (p_judgement -> 'fullDates')::json
    where p_judgement -> 'fullDates' <> '[]'
  ) as w;
$$;
comment on function school.admission_warnings(api.admission_request, jsonb) is 'Remarks about an admission that was or would be made.';
