-- Who waits, who comes for a trial, who stays away; moves asked for and decided; a closure, a pause and a transfer to
-- come. All of it by the office, now.
reset role;
select demo.at(0, '24:00');
create table demo.moves (number bigint, request_id uuid);

do $$
declare
  v_move record;
begin
  perform demo.act_as('office@ostinato.example');

  -- Where a seat is free it is offered at once; the others wait for classes that are full.
  perform api.create_waitlist_entry(
    p_course_id => k."courseId",
    p_lead_id => l.lead_id,
    p_classes_per_week => 1,
    p_time_slot_ids => array[k."timeSlotId"],
    p_note => case when k.free > 0 then 'Can begin at once.' else 'Only at this time.' end
  )
  from (
    select l.lead_id, row_number() over (order by l.number) as place
    from demo.leads as l
    where l.stage in ('Contacted', 'Demo done')
      and l.number between 101 and 200
  ) as l
  join (
    select c.*, row_number() over (order by c.free = 0, c.id) as place
    from (
      select k.*, row_number() over (partition by k.free = 0, k."courseId" order by k.id) as of_course
      from (
        select k.id, k."courseId", k."timeSlotId", n.free
        from api.classroom_slot as k
        cross join lateral school.seats_of_class(k.id) as n
      ) as k
    ) as c
    where (c.free = 0 and c.of_course <= 2)
      or (
        c.free > 0
        and c.of_course = 1
        and c."courseId" = (select o.course_id from demo.courses as o where o.name = 'Drum Kit')
      )
  ) as k on k.place = l.place
  where l.place <= 6;

  -- Leads with a demo lesson ahead sit in a class next week.
  perform api.create_trial(p_lead_id => l.lead_id, p_classroom_slot_id => k.id, p_date => k.class_date)
  from (
    select l.lead_id, row_number() over (order by (l.owner = 'staff@ostinato.example') is true desc, l.number) as place
    from demo.leads as l
    where l.stage = 'Demo scheduled'
  ) as l
  join (
    select
      k.id,
      d.class_date,
      row_number() over (
        order by u.email = 'teacher@ostinato.example' desc, d.class_date, k."startTime", k.id
      ) as place
    from api.classroom_slot as k
    join school.users as u on u.id = k."teacherId"
    cross join lateral (
      select school.today() + 7 + (k.weekday - extract(isodow from school.today())::integer + 7) % 7 as class_date
    ) as d
    where school.expected(k.id, d.class_date) between 1 and k.capacity - 1
  ) as k on k.place = l.place
  where l.place <= 4;

  -- Some say ahead that they will not come.
  perform api.announce_absence(b.id, (array['Ill', 'On a school trip', 'At a family party'])[1 + b.number % 3])
  from (
    select
      b.id,
      u.email,
      row_number() over (order by b.class_date, b.start_time, b.id)::integer as number,
      row_number() over (partition by b.student_id order by b.class_date, b.start_time) as of_student
    from school.attendance as b
    join school.users as u on u.id = b.student_id
    where b.status = 'scheduled'
      and b.class_date between school.today() + 2 and school.today() + 9
  ) as b
  where (b.number % 17 = 5 and b.number <= 90)
    or b.email = 'student@ostinato.example' and b.of_student = 1;

  -- Moves: two are asked for, one is approved, one is not.
  for v_move in
    select b.number, b.id, o.item
    from (
      select b.id, row_number() over (order by b.class_date, b.start_time, b.id) as number
      from school.attendance as b
      where b.status = 'scheduled'
        and b.absence_announced_at is null
        and b.class_date between school.today() + 10 and school.today() + 12
    ) as b
    cross join lateral (
      select i as item from json_array_elements(api.list_reschedule_options(b.id) -> 'items') as i limit 1
    ) as o
    where b.number % 5 = 1
    limit 4
  loop
    insert into demo.moves (number, request_id)
    select v_move.number, (api.create_reschedule_request(
      p_attendance_id => v_move.id,
      p_classroom_slot_id => (v_move.item ->> 'classroomSlotId')::uuid,
      p_class_date => (v_move.item ->> 'date')::date,
      p_reason => 'A concert at school.'
    )).id;
  end loop;
  perform api.approve_reschedule_request(m.request_id, 'Enjoy the concert.')
  from (select m.request_id from demo.moves as m order by m.number limit 1) as m;
  perform api.reject_reschedule_request(m.request_id, 'Please come to the class on that day.')
  from (select m.request_id from demo.moves as m order by m.number desc limit 1) as m;

  -- The school is closed for a day in five weeks.
  perform api.create_closure(school.today() + 35, school.today() + 35, 'Concert of all classes');

  -- A fortnight of a plan pauses, and another plan goes on at another weekly time.
  perform api.pause_admission(
    p_admission_id => a.id, p_from => school.today() + 21, p_to => school.today() + 34, p_reason => 'Holidays abroad.'
  )
  from (
    select a.id
    from api.admission as a
    join demo.students as s on s.admission_id = a.id
    where a.status = 'active'
      and a.remaining > 12
      and not exists (select from school.reschedule_requests as r where r.admission_id = a.id)
      and exists (
        select
        from school.attendance as b
        where b.admission_id = a.id
          and b.status = 'scheduled'
          and b.class_date between school.today() + 21 and school.today() + 34
      )
    order by s.start_date, s.number
    limit 1
  ) as a;
  perform api.transfer_admission(
    p_admission_id => a.admission_id,
    p_from_classroom_slot_id => a.from_id,
    p_time_slot_id => a.time_slot_id,
    p_teacher_id => a.teacher_id,
    p_from => school.today() + 7
  )
  from (
    select c.*
    from (
      select s.admission_id, s.classroom_slot_id as from_id, k."timeSlotId" as time_slot_id, k."teacherId" as teacher_id
      from demo.students as d
      join api.admission as a on a.id = d.admission_id and a.status = 'active' and a.remaining > 20
      join school.admission_slots as s on s.admission_id = a.id
      join api.classroom_slot as f on f.id = s.classroom_slot_id
      join api.classroom_slot as k on k."courseId" = a."courseId" and k.id <> f.id
      join school.users as u on u.id = k."teacherId"
      cross join lateral school.seats_of_class(k.id) as n
      where n.free > 0
        and not exists (select from school.reschedule_requests as r where r.admission_id = a.id)
        and not exists (select from school.pauses as p where p.admission_id = a.id)
      order by n.free desc, d.start_date, d.number, f.weekday, k.weekday, k."startTime", u.email
    ) as c
    where (api.preview_transfer(
      p_admission_id => c.admission_id,
      p_from_classroom_slot_id => c.from_id,
      p_time_slot_id => c.time_slot_id,
      p_teacher_id => c.teacher_id,
      p_from => school.today() + 7
    ) ->> 'ok')::boolean
    limit 1
  ) as a;

  -- One who has not paid is blocked.
  perform api.block_admission(a.admission_id, 'Not paid, reminded twice.')
  from (
    select s.admission_id
    from demo.students as s
    join api.admission as a on a.id = s.admission_id and a.status = 'active'
    where (a.payment).status = 'unpaid'
      and not exists (select from school.reschedule_requests as r where r.admission_id = a.id)
    order by s.start_date, s.number
    limit 1
  ) as a;
end;
$$;
