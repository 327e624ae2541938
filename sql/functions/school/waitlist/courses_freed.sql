-- The courses that admissions leave seats in when they end: their own, and those that their students wait for, who are
-- free at another time then.
create or replace function school.courses_freed(p_admission_ids uuid[])
returns uuid[]
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(array_agg(distinct c.course_id), '{}')
  from (
    select a.course_id
    from school.admissions as a
    where a.id = any (p_admission_ids)
    union
    select w.course_id
    from school.admissions as a
    join school.waitlist_entries as w on w.student_id = a.student_id and w.status = 'waiting'
    where a.id = any (p_admission_ids)
    union
    select w.course_id
    from school.admissions as a
    join school.admissions as xa on xa.student_id = a.student_id
    join school.waitlist_entries as w on w.lead_id = xa.lead_id and w.status = 'waiting'
    where a.id = any (p_admission_ids)
  ) as c;
$$;
comment on function school.courses_freed(uuid[]) is 'The courses of which seats can be offered once admissions end.';
