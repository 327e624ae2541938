-- The acts, one after the other. What leads go through and the marks of a week are written by set, as the owner, for
-- whoever did it; the rest is asked of the functions that serve requests.
reset role;

create function demo.enter_lead(p_act demo.acts)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_today date := school.today();
  v_lead demo.leads;
  v_tag text;
begin
  perform demo.act_for(p_act.actor);
  select * into strict v_lead from demo.leads as l where l.number = p_act.lead;
  insert into school.leads (
    stage_id, owner_id, assigned_teacher_id, name, email, phone, age, guardian_name, area, community, address, source,
    expected_budget, walk_in_date, follow_up_date, created_at, updated_at
  )
  values (
    (select s.id from school.lead_stages as s where s.name = p_act.word),
    demo.person_id(v_lead.owner), demo.person_id(v_lead.teacher), v_lead.name, v_lead.email, v_lead.phone, v_lead.age,
    v_lead.guardian, v_lead.area, v_lead.community, v_lead.address, v_lead.source, 400 + v_lead.number % 9 * 100,
    case when v_lead.source = 'Walk-in' then v_today end,
    v_today + case v_lead.stage when 'New' then v_lead.follow_up_in - p_act.day else 2 + v_lead.number % 3 end,
    school.clock(), school.clock()
  )
  returning id into v_lead.lead_id;
  update demo.leads as l set lead_id = v_lead.lead_id where l.number = v_lead.number;
  select t.tag
  into v_tag
  from (
    values (0, 'trial'), (3, 'sibling'), (5, 'scholarship'), (8, 'adult beginner'), (11, 'newsletter')
  ) as t (remainder, tag)
  where t.remainder = v_lead.number % 13
    and v_lead.owner is not null
    and (t.tag <> 'adult beginner' or v_lead.age >= 18);
  if found then
    insert into school.lead_tags (lead_id, tag) values (v_lead.lead_id, v_tag);
  end if;
end;
$$;
comment on function demo.enter_lead(demo.acts) is 'Enters a lead.';

create function demo.move_lead(p_act demo.acts)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_today date := school.today();
  v_lead demo.leads;
  v_note text;
begin
  perform demo.act_for(p_act.actor);
  select * into strict v_lead from demo.leads as l where l.number = p_act.lead;
  update school.leads as l
  set
    stage_id = (select s.id from school.lead_stages as s where s.name = p_act.word),
    number_of_contact_attempts = l.number_of_contact_attempts + 1 + v_lead.number % 2,
    last_contacted_date = v_today,
    demo_date = case p_act.word when 'Demo scheduled' then v_today + p_act.target - p_act.day else l.demo_date end,
    demo_conducted = p_act.word = 'Demo done',
    follow_up_date = v_today + case
      when v_lead.stage = p_act.word and v_lead.number between 101 and 200 then v_lead.follow_up_in - p_act.day
      else 2 + v_lead.number % 3
    end,
    lost_reason = case
      when p_act.word = 'Lost' then
        (array[
          'Chose a school nearer home', 'Too expensive', 'No free time this year', 'Does not answer'
        ])[1 + v_lead.number % 4]
    end
  where l.id = v_lead.lead_id;
  select n.body
  into v_note
  from (
    values
      ('Contacted', 0, 'Called back in the evening; asks for the timetable by e-mail.'),
      ('Contacted', 1, 'Wants to start after the holidays. Prefers weekdays.'),
      ('Contacted', 2, 'Has an instrument at home, two years of lessons elsewhere.'),
      ('Demo scheduled', 0, 'Demo lesson confirmed by phone.'),
      ('Demo scheduled', 1, 'Asked to bring a parent along.'),
      ('Demo done', 0, 'Enjoyed the demo lesson, deciding between one and two classes a week.'),
      ('Demo done', 2, 'Good ear, quick progress in the demo lesson. Sent the price list.'),
      ('Lost', 1, 'Thanked us for the time; may come back next year.')
  ) as n (stage, remainder, body)
  where n.stage = p_act.word
    and n.remainder = v_lead.number % 3;
  if found then
    insert into school.lead_notes (lead_id, author_id, body, created_at)
    values (v_lead.lead_id, demo.person_id(p_act.actor), v_note, school.clock());
  end if;
end;
$$;
comment on function demo.move_lead(demo.acts) is 'Takes a lead to another stage.';

create function demo.do_trial(p_act demo.acts)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_date date := school.today() + p_act.target - p_act.day;
  v_slot_id uuid;
  v_trial api.trial;
begin
  perform demo.act_as(p_act.actor);
  if p_act.id is null then
    select k.id
    into v_slot_id
    from (
      select k.id, k.capacity
      from api.classroom_slot as k
      where k.weekday = extract(isodow from v_date)
      order by k."teacherId" = demo.person_id('teacher@ostinato.example') desc, k."startTime" desc, k.capacity desc
      limit 3
    ) as k
    where school.expected(k.id, v_date) < k.capacity
      and not school.is_closed(v_date)
    limit 1;
    if found then
      v_trial := api.create_trial(
        (select l.lead_id from demo.leads as l where l.number = p_act.lead), v_slot_id, v_date
      );
      insert into demo.acts (day, time, kind, actor, word, id)
      values (
        p_act.target - (p_act.word = 'cancelled')::integer, '20:30', 'trial', p_act.actor, p_act.word, v_trial.id
      );
      perform set_config('role', 'none', true);
      update school.trials as x set created_at = school.clock() where x.id = v_trial.id;
    end if;
  elsif not exists (select from api.trial as x where x.id = p_act.id and x.status = 'booked') then
    return; -- a closure or an admission came first
  elsif p_act.word = 'cancelled' then
    perform api.cancel_trial(p_act.id);
  else
    perform api.record_trial_outcome(p_act.id, p_act.word);
  end if;
end;
$$;
comment on function demo.do_trial(demo.acts) is 'Books a trial, and later says what became of it.';

create function demo.do_wait(p_act demo.acts)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_entry api.waitlist_entry;
begin
  perform demo.act_as(p_act.actor);
  if p_act.word = 'declined' and p_act.id is not null then
    perform api.decline_waitlist_entry(p_act.id);
  elsif p_act.word = 'withdrawn' and p_act.id is not null then
    perform api.withdraw_waitlist_entry(p_act.id);
  elsif p_act.id is null then
    v_entry := api.create_waitlist_entry(
      p_course_id => c.course_id,
      p_lead_id => (select l.lead_id from demo.leads as l where l.number = p_act.lead),
      p_classes_per_week => coalesce(cardinality(s.weekdays), 1),
      p_time_slot_ids => array(
        select demo.time_slot_id(w.weekday, s.start_time) from unnest(s.weekdays) as w (weekday)
      )
    )
    from demo.courses as c
    left join demo.students as s on s.number = p_act.student
    where c.name = coalesce(s.course, 'Youth Choir');
    insert into demo.acts (day, time, kind, actor, word, id)
    values (p_act.day + 1, '11:30', 'wait', p_act.actor, p_act.word, v_entry.id);
    perform set_config('role', 'none', true);
    update school.waitlist_entries as w set created_at = school.clock() where w.id = v_entry.id;
  end if;
end;
$$;
comment on function demo.do_wait(demo.acts) is 'Puts somebody into the line, and later takes them out of it.';

create function demo.do_of_student(p_act demo.acts)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_student demo.students;
begin
  perform demo.act_as(p_act.actor);
  select * into strict v_student from demo.students as s where s.number = p_act.student;
  case p_act.kind
    when 'admit' then
      select api.create_admission(
        p_course_id => c.course_id,
        p_course_plan_id => (
          select p.id
          from api.course_plan as p
          where p."courseId" = c.course_id
            and p."totalClasses" = v_student.plan_total
            and p."classesPerWeek" = cardinality(v_student.weekdays)
        ),
        p_start_date => v_student.start_date,
        p_time_slot_ids => array(
          select demo.time_slot_id(w.weekday, v_student.start_time) from unnest(v_student.weekdays) as w (weekday)
        ),
        p_lead_id => (select l.lead_id from demo.leads as l where l.number = v_student.lead_number),
        p_student => case
          when v_student.lead_number is null then
            jsonb_strip_nulls(jsonb_build_object(
              'name', v_student.name, 'email', v_student.email, 'phone', v_student.phone
            ))
        end,
        p_teacher_id => demo.person_id(v_student.teacher)
      )
      into v_student.answer
      from demo.courses as c
      where c.name = v_student.course;
      update demo.students as s
      set
        answer = v_student.answer,
        admission_id = (v_student.answer ->> 'id')::uuid,
        student_id = (v_student.answer ->> 'studentId')::uuid
      where s.number = v_student.number;
    when 'pay' then
      perform api.update_payment(
        v_student.admission_id, 'paid', 'Paid by bank transfer.', p_present => '{status,notes}'
      );
    when 'renew' then
      perform api.renew_admission(v_student.admission_id);
    when 'cancel' then
      perform api.cancel_admission(v_student.admission_id, 'Moves to another town.');
  end case;
end;
$$;
comment on function demo.do_of_student(demo.acts) is 'What the office does about a student.';

-- A student with a login asks to move a class of the week after next, or of the day p_act.target.
create function demo.do_move(p_act demo.acts)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_today date := school.today();
  v_move record;
  v_request api.reschedule_request;
begin
  if p_act.id is null then
    perform demo.act_as('office@ostinato.example');
    select b.id, b.email, (o.item ->> 'classroomSlotId')::uuid as slot_id, (o.item ->> 'date')::date as date
    into v_move
    from (
      select b.id, u.email
      from school.attendance as b
      join school.users as u on u.id = b.student_id
      join demo.students as s on s.student_id = b.student_id
      where b.status = 'scheduled'
        and u.email is not null
        and case p_act.word
          when 'closed' then b.class_date = v_today + p_act.target - p_act.day
          else b.class_date between v_today + 3 and v_today + 6
        end
        and not exists (select from school.reschedule_requests as r where r.student_id = b.student_id)
      order by b.class_date, s.number
      limit 1
    ) as b
    cross join lateral (
      select i.item
      from json_array_elements(api.list_reschedule_options(b.id) -> 'items') as i (item)
      where (i.item ->> 'date')::date > v_today + 2
      limit 1
    ) as o;
    if found then
      perform demo.act_as(v_move.email);
      v_request := api.create_reschedule_request(
        v_move.id, v_move.slot_id, v_move.date,
        (array['A concert at school.', 'Exams.', 'A trip with the class.'])[1 + coalesce(p_act.target, 0) % 3]
      );
      insert into demo.acts (day, time, kind, actor, word, id)
      values (p_act.day + 1, '09:45', 'ask', v_move.email, p_act.word, v_request.id);
      perform set_config('role', 'none', true);
      update school.reschedule_requests as r set created_at = school.clock() where r.id = v_request.id;
    end if;
    return;
  end if;
  perform demo.act_as(case p_act.word when 'withdrawn' then p_act.actor else 'office@ostinato.example' end);
  case p_act.word
    when 'approved' then
      perform api.approve_reschedule_request(p_act.id, 'See you then.');
    when 'rejected' then
      perform api.reject_reschedule_request(p_act.id, 'Please come to the class on that day.');
    when 'withdrawn' then
      perform api.withdraw_reschedule_request(p_act.id);
    else
      null; -- nobody decides in time
  end case;
end;
$$;
comment on function demo.do_move(demo.acts) is 'Asks to move a class, and the day after decides.';

-- Who has no class at that time stands in for another teacher on the next day.
create function demo.do_substitute(p_act demo.acts)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_date date := school.today() + case extract(isodow from school.today()) when 5 then 3 when 6 then 2 else 1 end;
begin
  perform demo.act_as(p_act.actor);
  perform api.set_substitute(k.id, v_date, k.substitute_id, '{teacher_id}')
  from (
    select
      k.id,
      u.email,
      k."startTime",
      (
        select demo.person_id(p.email)
        from demo.people as p
        where p.role = 'teacher'
          and not exists (
            select
            from api.classroom_slot as ok
            where ok."teacherId" = demo.person_id(p.email)
              and ok.weekday = k.weekday
              and ok."startTime" = k."startTime"
          )
        order by p.number
        limit 1
      ) as substitute_id
    from api.classroom_slot as k
    join school.users as u on u.id = k."teacherId"
    where k.weekday = extract(isodow from v_date)
      and school.expected(k.id, v_date) > 0
    order by k."startTime", u.email
    offset p_act.target
    limit 1
  ) as k
  where k.substitute_id is not null
    and not school.is_closed(v_date);
end;
$$;
comment on function demo.do_substitute(demo.acts) is 'Lets somebody else teach a class of the next day.';

create function demo.do_access(p_act demo.acts)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_applicant demo.applicants;
  v_request_id uuid;
begin
  select * into strict v_applicant from demo.applicants as a where a.number = p_act.target;
  if p_act.id is null then
    perform demo.act_as_nobody();
    perform school.add_access_request(v_applicant.email, v_applicant.name, v_applicant.role, v_applicant.message);
    select r.id into v_request_id from school.access_requests as r where r.email = v_applicant.email;
    insert into demo.acts (day, time, kind, actor, word, target, id)
    values (p_act.day + 1, '08:30', 'apply', 'office@ostinato.example', p_act.word, p_act.target, v_request_id);
    return;
  end if;
  perform demo.act_as(p_act.actor);
  if p_act.word = 'approved' then
    perform api.approve_access_request(p_act.id);
  elsif p_act.word = 'rejected' then
    perform api.reject_access_request(p_act.id, 'Nobody here knows this address.');
  end if;
end;
$$;
comment on function demo.do_access(demo.acts) is 'Somebody asks to be let in, and is or is not.';

-- Some pupils have stayed away of late.
create function demo.do_marks(p_teacher text, p_day integer)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  update school.attendance as b
  set
    status = case
      when p_day > -28 and s.number % 23 = 7 then 'absent'
      when (s.number * 5 + (b.class_date - date '2000-01-03') * 3) % 12 = 3 then 'absent'
      when (s.number * 7 + (b.class_date - date '2000-01-03') * 2) % 13 = 5 then 'late'
      else 'present'
    end,
    marked_by = b.teacher_id,
    marked_at = school.clock()
  from demo.students as s
  where s.student_id = b.student_id
    and b.teacher_id = (select demo.person_id(p_teacher))
    and b.class_date between (select school.today()) - 6 and (select school.today())
    and b.status = 'scheduled';
$$;
comment on function demo.do_marks(text, integer) is 'A teacher marks the classes of the last seven days.';

create function demo.do_jobs(p_day integer)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform demo.act_as_nobody();
  perform jobs.complete_admissions(school.today());
  perform jobs.expire_reschedule_requests(school.today());
  perform jobs.expire_offers(school.today());
  if p_day > -5 then
    perform jobs.follow_ups_due(school.today());
    perform jobs.remaining_classes(school.today());
  end if;
end;
$$;
comment on function demo.do_jobs(integer) is 'What the night brings.';

do $$
declare
  v_act demo.acts;
begin
  loop
    delete from demo.acts as a
    where a.number = (
      select o.number
      from demo.acts as o
      order by o.week, o.turn, o.actor, o.day, o.time, o.number
      limit 1
    )
    returning * into v_act;
    exit when not found;
    perform demo.at(v_act.day, v_act.time);
    case v_act.kind
      when 'enter' then
        perform demo.enter_lead(v_act);
      when 'stage' then
        perform demo.move_lead(v_act);
      when 'trial' then
        perform demo.do_trial(v_act);
      when 'wait' then
        perform demo.do_wait(v_act);
      when 'admit', 'pay', 'renew', 'cancel' then
        perform demo.do_of_student(v_act);
      when 'ask' then
        perform demo.do_move(v_act);
      when 'substitute' then
        perform demo.do_substitute(v_act);
      when 'close' then
        perform demo.act_as(v_act.actor);
        perform api.create_closure(
          school.today() + v_act.target - v_act.day, school.today() + v_act.target - v_act.day, v_act.word
        );
      when 'apply' then
        perform demo.do_access(v_act);
      when 'job' then
        perform demo.do_jobs(v_act.day);
    end case;
    perform set_config('role', 'none', true);
  end loop;
end;
$$;

-- Last, each teacher has marked, every week, but for yesterday and the day before.
do $$
declare
  v_teacher record;
  v_day integer;
begin
  for v_teacher in
    select p.email from demo.people as p where p.role = 'teacher' order by p.number
  loop
    perform demo.act_for(v_teacher.email);
    for v_day in select d from generate_series(-213, -3, 7) as d loop
      perform demo.at(v_day, '21:00');
      perform demo.do_marks(v_teacher.email, v_day);
    end loop;
  end loop;
end;
$$;
