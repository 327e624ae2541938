-- The names an event is told with, kept in its payload, so that a notification reads the same whenever it is derived.
create or replace function school.event_names(p_entity_type text, p_entity_id uuid, p_payload jsonb)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'leadName', (
      select l.name from school.leads as l
      where l.id = case when p_entity_type = 'lead' then p_entity_id else (p_payload ->> 'leadId')::uuid end
    ),
    'studentName', coalesce(
      (
        select u.name
        from school.users as u
        join school.admissions as a on a.student_id = u.id
        where p_entity_type = 'admission'
          and a.id = p_entity_id
      ),
      (select u.name from school.users as u where u.id = (p_payload ->> 'studentId')::uuid)
    ),
    'courseName', coalesce(
      (
        select c.name
        from school.courses as c
        join school.admissions as a on a.course_id = c.id
        where p_entity_type = 'admission'
          and a.id = p_entity_id
      ),
      (
        select c.name
        from school.courses as c
        join school.admissions as a on a.course_id = c.id
        join school.attendance as b on b.admission_id = a.id
        where b.id = (p_payload ->> 'attendanceId')::uuid
      ),
      (select c.name from school.courses as c where c.id = (p_payload ->> 'courseId')::uuid)
    )
  ));
$$;
comment on function school.event_names(text, uuid, jsonb) is
  'Names of the lead, student and course that an event is about.';
