-- Who is to sit in the seats of the groups, and the 260 people who asked. 100 of them become students; 60 more
-- students came without a lead. Of the 160 students 150 are under way, 10 of the leads' begin in the coming days. 24
-- students of before have left again, 20 of them once leads.
reset role;
select demo.at(0, '24:00');

-- Names from two lists whose lengths share no divisor, so that no two of the first 2021 people share a name.
create function demo.first_name(p_number integer)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select (string_to_array(
    'Amelia,Noah,Ines,Mateo,Freya,Kenji,Leila,Oscar,Zara,Felix,Nadia,Hugo,Mina,Arjun,Elsa,Samuel,Aisha,Theo,Ivy,Rafael,'
    'Clara,Dmitri,Rosa,Caleb,Yara,Emil,Tessa,Omar,Luna,Victor,Maren,Isaac,Priya,Jonah,Celia,Kofi,Alma,Ethan,Sana,Luca,'
    'Greta,Diego,Hana,Miles,Esther,Andrei,Nora',
    ','
  ))[1 + p_number * 5 % 47];
$$;
comment on function demo.first_name(integer) is 'A first name.';

create function demo.surname(p_number integer)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select (string_to_array(
    'Novak,Ellison,Marquez,Hoshino,Bergstrom,Okonkwo,Rahman,Fischer,Duval,Castillo,Whitfield,Kaplan,Moreau,Singh,'
    'Larsen,Abbott,Haddad,Kowalski,Vega,Sorensen,Mbeki,Doyle,Ivanova,Park,Romano,Hartley,Nguyen,Silva,Keller,Barros,'
    'Osei,Tran,Jensen,Mancini,Reyes,Lund,Chandra,Foster,Weber,Amari,Quinn,Delgado,Storm',
    ','
  ))[1 + p_number * 8 % 43];
$$;
comment on function demo.surname(integer) is 'A surname.';

create table demo.students (
  number integer primary key,
  lead_number integer unique,
  name text not null,
  email text,
  phone text,
  teacher text not null,
  course text not null,
  plan_total integer not null,
  weekdays integer[] not null,
  start_time time not null,
  start_date date not null,
  answer json,
  -- days from today
  admitted_in integer,
  admission_id uuid,
  student_id uuid
);
with seats as (
  select
    g.*,
    n.kind,
    -- a stride of 57 over 160 mixes the groups, so that leads and walk-ins sit side by side
    (row_number() over (order by g.number, n.kind, i.i) * 57 % 160)::integer as shuffled
  from demo.groups as g
  cross join lateral (values (0, g.both_days), (1, g.first_day), (2, g.second_day)) as n (kind, students)
  cross join lateral generate_series(1, n.students) as i (i)
)
insert into demo.students (
  number, lead_number, name, email, phone, teacher, course, plan_total, weekdays, start_time, start_date
)
select
  s.shuffled,
  case when s.shuffled < 100 then s.shuffled + 1 end,
  demo.first_name(s.shuffled + 200) || ' ' || demo.surname(s.shuffled + 200),
  -- young children have no address of their own, and so no login
  case
    when s.shuffled % 3 > 0
      then lower(demo.first_name(s.shuffled + 200) || '.' || demo.surname(s.shuffled + 200)) || '@example.com'
  end,
  '+1 650 555 01' || lpad((s.shuffled % 100)::text, 2, '0'),
  s.teacher,
  s.course,
  p.total_classes,
  case s.kind when 0 then s.weekdays when 1 then s.weekdays[1:1] else s.weekdays[2:2] end,
  s.start_time,
  -- nobody's plan is over yet: 16 classes at two a week last 52 days at the least
  school.today() + case
    when s.shuffled between 90 and 99 then s.shuffled - 90
    when s.kind = 0 and p.total_classes = 16 then -28 - s.shuffled * 8 % 21
    else -1 - s.shuffled * 23 % 60
  end
from seats as s
cross join lateral (
  select case
    when s.kind > 0 then (array[16, 24])[1 + s.shuffled % 2]
    else (array[16, 32, 32, 48, 48])[1 + s.shuffled % 5]
  end as total_classes
) as p;

-- Those of before took sixteen classes, all of them before the plans of now began: once a week, or twice and then most
-- of them sixteen more.
insert into demo.students (
  number, lead_number, name, email, phone, teacher, course, plan_total, weekdays, start_time, start_date
)
select
  n.of_all,
  case when n.of_all < 180 then n.of_all + 41 end,
  demo.first_name(n.of_all + 200) || ' ' || demo.surname(n.of_all + 200),
  lower(demo.first_name(n.of_all + 200) || '.' || demo.surname(n.of_all + 200)) || '@example.com',
  '+1 650 555 01' || lpad((n.of_all % 100)::text, 2, '0'),
  n.teacher,
  n.course,
  16,
  n.weekdays,
  n.start_time,
  school.today() - 181 - n.of_all % 3
from (
  select g.*, (159 + row_number() over (order by g.number))::integer as of_all
  from demo.groups as g
  where g.number % 3 > 0
) as n;

update demo.students as s
set admitted_in = least(-1 - s.number % 2, s.start_date - school.today() - 1 - s.number % 3);

-- The student of the demonstration logins: one of the demonstration teacher's who came without a lead.
update demo.students as s
set email = 'student@ostinato.example'
where s.number = (
  select min(t.number)
  from demo.students as t
  where t.teacher = 'teacher@ostinato.example'
    and t.lead_number is null
);

create table demo.leads (
  number integer primary key,
  name text not null,
  email text,
  phone text,
  owner text,
  teacher text,
  stage text not null,
  age integer not null,
  guardian text,
  entered_in integer not null,
  follow_up_in integer not null,
  source text not null,
  area text not null,
  community text,
  address text,
  lead_id uuid
);
with asked as (
  select
    n.n,
    case
      when n.n <= 100 or n.n between 201 and 220 then 'Demo done'
      when n.n > 220 then 'Lost'
      when n.n * 37 % 100 < 22 then 'New'
      when n.n * 37 % 100 < 50 then 'Contacted'
      when n.n * 37 % 100 < 68 then 'Demo scheduled'
      when n.n * 37 % 100 < 82 then 'Demo done'
      else 'Lost'
    end as stage,
    case when n.n % 10 < 7 then 6 + n.n % 11 else 18 + n.n * 7 % 45 end as age,
    f.family,
    demo.first_name(n.n) as first_name,
    demo.surname(f.family) as surname
  from generate_series(1, 260) as n (n)
  -- brothers and sisters under one number: a possible duplicate now and then
  cross join lateral (select case when n.n % 40 = 13 then n.n - 1 else n.n end as family) as f
)
insert into demo.leads (
  number, name, email, phone, owner, teacher, stage, age, guardian, entered_in, follow_up_in, source, area, community,
  address
)
select
  a.n,
  a.first_name || ' ' || a.surname,
  case
    when a.n % 4 < 3 then lower(a.first_name || '.' || a.surname)
      || (array['@example.com', '@example.net', '@example.org'])[1 + a.n % 3]
  end,
  case
    when a.n % 9 > 0 or a.n % 4 = 3 then
      (array['+1 415 555 01', '+1 510 555 01'])[1 + a.family % 2] || lpad((a.family / 2 % 100)::text, 2, '0')
  end,
  case when a.stage <> 'New' or a.n % 2 = 0 then s.email end,
  case when t.number is not null then t.teacher when a.stage like 'Demo%' then d.email end,
  a.stage,
  a.age,
  case when a.age < 17 then demo.first_name(a.family + 23) || ' ' || a.surname end,
  case
    when t.number is not null then t.admitted_in - 9 - a.n % 20
    when a.n > 220 then -45 - a.n * 11 % 130
    when a.stage = 'Lost' then -25 - a.n * 7 % 150
    when a.stage = 'Demo done' then -14 - a.n % 30
    when a.stage = 'Demo scheduled' then -8 - a.n % 25
    when a.stage = 'Contacted' then -6 - a.n % 40
    else -1 - a.n % 12
  end,
  -- overdue, today and to come
  case when t.number is not null or a.stage = 'Lost' then -2 - a.n % 20 else a.n * 13 % 12 - 4 end,
  (array['Website', 'Recommendation', 'School fair', 'Instagram', 'Walk-in', 'Flyer', 'Search'])[1 + a.n * 3 % 7],
  (array['Riverside', 'Old Town', 'Northgate', 'Harbour', 'Hillcrest', 'Elm Park'])[1 + a.family * 5 % 6],
  case
    when a.age < 17 and a.n % 3 > 0
      then (array['Lakeside Primary', 'St Martin''s School', 'Northgate High', 'Scouts'])[1 + a.n % 4]
  end,
  case
    when a.family % 5 < 3 then
      format(
        '%s %s',
        3 + a.family * 7 % 90,
        (array['Mill Lane', 'Chapel Street', 'Orchard Road', 'Quay Street', 'Park Avenue'])[1 + a.family % 5]
      )
  end
from asked as a
join (
  select p.email, row_number() over (order by p.number) - 1 as place from demo.people as p where p.role = 'staff'
) as s on s.place = a.n % 4
join (
  select p.email, row_number() over (order by p.number) - 1 as place from demo.people as p where p.role = 'teacher'
) as d on d.place = a.n % 12
left join demo.students as t on t.lead_number = a.n;
