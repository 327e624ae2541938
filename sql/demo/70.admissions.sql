-- The office admits with start dates in the past, so that plans are under way; staff admit ten leads of their own
-- who begin in the coming days.
reset role;

create function demo.admit(p_owner text)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  update demo.students as s
  set answer = api.create_admission(
    p_course_id => c.course_id,
    p_course_plan_id => (
      select p.id
      from api.course_plan as p
      where p."courseId" = c.course_id
        and p."totalClasses" = s.plan_total
        and p."classesPerWeek" = cardinality(s.weekdays)
    ),
    p_start_date => s.start_date,
    p_time_slot_ids => array(select demo.time_slot_id(w.weekday, s.start_time) from unnest(s.weekdays) as w (weekday)),
    p_lead_id => (select l.lead_id from demo.leads as l where l.number = s.lead_number),
    p_student => case
      when s.lead_number is null then
        jsonb_strip_nulls(jsonb_build_object('name', s.name, 'email', s.email, 'phone', s.phone))
    end,
    p_teacher_id => (select (p.answer ->> 'id')::uuid from demo.people as p where p.email = s.teacher),
    p_allow_backdated => p_owner is null
  )
  from demo.courses as c
  where c.name = s.course
    and case
      when p_owner is null then s.start_date < school.today()
      else s.start_date >= school.today()
        and exists (select from demo.leads as l where l.number = s.lead_number and l.owner = p_owner)
    end;
$$;
comment on function demo.admit(text) is
  'Admits who is under way (null), or the leads of an owner who begin from today on, as whoever acts.';

do $$
declare
  v_owner text;
begin
  perform demo.act_as('office@ostinato.example');
  perform demo.admit(null);
  for v_owner in select p.email from demo.people as p where p.role = 'staff' order by p.number loop
    perform demo.act_as(v_owner);
    perform demo.admit(v_owner);
  end loop;
end;
$$;
