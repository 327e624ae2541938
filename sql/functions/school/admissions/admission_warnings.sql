-- What is worth a second look but stands in nobody's way: [{code, message, dates?}].
create or replace function school.admission_warnings(
  p_request school.admission_request,
  p_judgement school.admission_judgement
)
returns json
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(
    json_agg(json_strip_nulls(json_build_object('code', w.code, 'message', w.message, 'dates', w.dates))), '[]'
  )
  from (
    select
      'student_without_login' as code,
      'The student has no e-mail and so no login.' as message,
      null::date[] as dates
    where (p_request).student_id is null
      and ((p_judgement).student).email is null
    union all
    select 'backdated', 'The plan starts in the past; classes already held can be marked.', null
    where (p_request).start_date < school.today()
    union all
    select 'same_phone', format('%s has the same phone number.', u.name), null
    from school.users as u
    where u.phone || '' = ((p_judgement).student).phone
      and u.role = 'student'
      and u.deleted_at is null
      and (p_request).actor_role in ('admin', 'super_admin')
    union all
    select
      'date_full',
      'There are dates on which no place is free; the plan passes over them.',
      array_agg(distinct d.class_date)
    from unnest((p_judgement).dates) as d
    where d.is_full
    having count(*) > 0
  ) as w;
$$;
comment on function school.admission_warnings(school.admission_request, school.admission_judgement) is
  'Remarks about an admission that was or would be made.';
