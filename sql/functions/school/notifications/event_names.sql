-- The names that events are told with, kept in their payload, so that a notification reads the same whenever it is
-- derived: an object for each event, in their order.
create or replace function school.event_names(p_news school.news[])
returns jsonb[]
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return (
    select array_agg(
      jsonb_strip_nulls(jsonb_build_object(
        'leadName', l.name,
        'studentName', coalesce(au.name, u.name),
        'courseName', coalesce(ac.name, bc.name, c.name)
      ))
      order by n.place
    )
    from unnest(p_news) with ordinality as n (type, entity_type, entity_id, day, payload, place)
    left join school.leads as l
      on l.id = case when n.entity_type = 'lead' then n.entity_id else (n.payload ->> 'leadId')::uuid end
    left join school.admissions as a on a.id = case when n.entity_type = 'admission' then n.entity_id end
    left join school.users as au on au.id = a.student_id
    left join school.courses as ac on ac.id = a.course_id
    left join school.attendance as b on b.id = (n.payload ->> 'attendanceId')::uuid
    left join school.admissions as ba on ba.id = b.admission_id
    left join school.courses as bc on bc.id = ba.course_id
    left join school.users as u on u.id = (n.payload ->> 'studentId')::uuid
    left join school.courses as c on c.id = (n.payload ->> 'courseId')::uuid
  );
end;
$$;
comment on function school.event_names(school.news[]) is
  'Names of the lead, student and course that each event is about.';
