-- What happened in the last seven months, when, and by whom. Days count from today. Each week is done by one after the
-- other, for it costs to change who acts: staff, the office, students who ask for something, and what the night brings.
reset role;

create table demo.acts (
  number integer not null generated always as identity,
  day integer not null,
  time time not null,
  kind text not null,
  -- an e-mail of demo.people; null for nobody
  actor text,
  lead integer references demo.leads (number),
  student integer references demo.students (number),
  word text,
  -- a day, or the number of something
  target integer,
  -- what an earlier act made
  id uuid,
  week integer not null generated always as ((day + 217) / 7) stored,
  turn integer not null generated always as (
    case when kind = 'job' then 3 when kind = 'ask' then 2 when actor = 'office@ostinato.example' then 1 else 0 end
  ) stored
);
create index acts_in_order on demo.acts (week, turn, actor, day, time, number);

-- A lead is entered, and goes from stage to stage.
with steps as (
  select
    l.number,
    coalesce(l.owner, 'office@ostinato.example') as actor,
    l.stage,
    l.entered_in as entered,
    l.entered_in + 1 + l.number % 3 as contacted,
    l.entered_in + 4 + l.number % 3 as scheduled,
    l.entered_in + 7 + l.number % 2 as done,
    l.entered_in + 8 + l.number % 9 as lost
  from demo.leads as l
)
insert into demo.acts (day, time, kind, actor, lead, word, target)
select s.entered, time '10:00' + make_interval(mins => s.number), 'enter', s.actor, s.number, 'New', null::integer
from steps as s
union all
select s.contacted, time '11:00' + make_interval(mins => s.number), 'stage', s.actor, s.number, 'Contacted', null
from steps as s
where s.stage <> 'New'
  -- who comes by has not been called
  and (s.stage <> 'Demo done' or s.number % 2 = 0)
union all
select
  s.scheduled,
  time '12:00' + make_interval(mins => s.number),
  'stage',
  s.actor,
  s.number,
  'Demo scheduled',
  case s.stage when 'Demo scheduled' then 1 + s.number % 8 else s.done end
from steps as s
where s.stage like 'Demo%'
union all
select s.done, time '19:00', 'stage', s.actor, s.number, 'Demo done', s.done
from steps as s
where s.stage = 'Demo done'
union all
select s.lost, time '13:00' + make_interval(mins => s.number), 'stage', s.actor, s.number, 'Lost', null
from steps as s
where s.stage = 'Lost';

-- Some of them sit in a class before they decide, and some wait for a seat of the course that they will take.
insert into demo.acts (day, time, kind, actor, lead, word, target)
select
  a.day,
  '17:00'::time,
  'trial',
  a.actor,
  a.lead,
  (array['attended', 'attended', 'missed', 'attended', 'cancelled'])[1 + a.lead / 8 % 5],
  a.target
from demo.acts as a
where a.word = 'Demo scheduled'
  and a.target < 0
  and a.lead % 8 = 1;
insert into demo.acts (day, time, kind, actor, lead, student, word)
select s.admitted_in - 1, '16:00'::time, 'wait', 'office@ostinato.example', s.lead_number, s.number, 'admitted'
from demo.students as s
where s.lead_number is not null
  and s.number % 32 = 13
  and s.admitted_in < -5
union all
select v.day, '16:30', 'wait', 'office@ostinato.example', l.number, null, v.word
from (values (1, -20, 'declined'), (2, -17, 'expired'), (3, -14, 'withdrawn')) as v (place, day, word)
join (
  select l.number, row_number() over (order by l.number desc) as place
  from demo.leads as l
  where l.stage = 'Contacted'
    and l.entered_in < -24
) as l on l.place = v.place;

-- The office admits, and staff the ten leads of theirs who begin in the coming days; most pay, after some days.
insert into demo.acts (day, time, kind, actor, student)
select
  s.admitted_in,
  '14:00'::time,
  'admit',
  case when s.start_date >= p.today then (select l.owner from demo.leads as l where l.number = s.lead_number)
    else 'office@ostinato.example' end,
  s.number
from demo.students as s
cross join demo.present as p
union all
select s.admitted_in + 3 + s.number * 7 % 16, '15:00', 'pay', 'office@ostinato.example', s.number
from demo.students as s
where s.number % 4 <> 0
  and s.admitted_in + 3 + s.number * 7 % 16 < 0
union all
-- those of before renew, or give up
select s.admitted_in + 48, '15:30', 'renew', 'office@ostinato.example', s.number
from demo.students as s
where s.number >= 160
  and s.number % 4 <> 0
  and cardinality(s.weekdays) = 2
union all
select -2, '15:30', 'renew', 'office@ostinato.example', s.number
from demo.students as s
where s.number between 1 and 159
  and s.plan_total = 16
  and cardinality(s.weekdays) = 2
  and s.number % 15 = 0
  and s.admitted_in < -30
union all
select s.admitted_in + 25, '15:30', 'cancel', 'office@ostinato.example', s.number
from demo.students as s
where s.number >= 160
  and s.number % 4 = 0
  and s.number % 3 = 0;

-- Plans end, and requests and offers run out.
insert into demo.acts (day, time, kind)
select d.day, '23:00', 'job'
from generate_series(-211, -1) as d (day)
where d.day % 7 = -1
  or d.day > -5;

-- Moves of classes, asked for by students who have a login; the word says what becomes of it. The school is closed on a
-- Wednesday, which ends what was asked about a class of it.
insert into demo.acts (day, time, kind, actor, word, target)
values
  (-48, '18:00', 'ask', null, 'approved', 1),
  (-38, '18:00', 'ask', null, 'rejected', 2),
  (-30, '18:00', 'ask', null, 'withdrawn', 3),
  (-24, '18:00', 'ask', null, 'expired', 4),
  (-20, '18:00', 'ask', null, 'expired', 5),
  (-17, '18:00', 'ask', null, 'approved', 6),
  (-52, '09:30', 'substitute', 'office@ostinato.example', null, 0),
  (-24, '09:30', 'substitute', 'office@ostinato.example', null, 2),
  (-16, '09:30', 'substitute', 'office@ostinato.example', null, 3),
  (-9, '09:30', 'substitute', 'office@ostinato.example', null, 0),
  (-1, '09:30', 'substitute', 'office@ostinato.example', null, 1);
insert into demo.acts (day, time, kind, actor, word, target)
select v.day, v.time::time, v.kind, v.actor, v.word, d.holiday
from (select -33 + 3 - extract(isodow from p.today - 33)::integer as holiday from demo.present as p) as d
cross join (
  values
    (-44, '18:30', 'ask', null, 'closed'),
    (-38, '12:00', 'close', 'office@ostinato.example', 'Repairs to the heating')
) as v (day, time, kind, actor, word);

-- Who asks to be let in: the word is what becomes of it the day after.
create table demo.applicants (number integer primary key, name text, email text, role text, message text);
insert into demo.applicants (number, name, email, role, message)
values
  (1, 'Nils Aaker', 'nils.aaker@example.com', 'teacher', 'Cello; I have taught for nine years.'),
  (2, 'Bianca Lowe', 'bianca.lowe@example.net', 'staff', 'I would like to help at the front desk.'),
  (3, 'Gordon Pike', 'gordon.pike@example.org', 'admin', null),
  (4, 'Ayla Demir', 'ayla.demir@example.com', 'teacher', 'Substitute for flute and recorder.'),
  (5, 'Joseph Kemp', 'joseph.kemp@example.net', 'student', 'My teacher told me to ask here.'),
  (6, 'Vera Simic', 'vera.simic@example.org', 'staff', null);
insert into demo.acts (day, time, kind, actor, word, target)
values
  (-140, '20:00', 'apply', null, 'approved', 1),
  (-90, '20:00', 'apply', null, 'approved', 2),
  (-61, '20:00', 'apply', null, 'rejected', 3),
  (-12, '20:00', 'apply', null, 'pending', 4),
  (-4, '20:00', 'apply', null, 'pending', 5),
  (-2, '20:00', 'apply', null, 'pending', 6);
