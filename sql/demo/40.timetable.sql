-- When and how full. A group is one class, or the same class on two weekdays: seats, and how many students take both
-- days, only the first, only the second. "Full" is when both + first (or both + second) are all the seats.
reset role;
create table demo.groups (
  number integer not null generated always as identity,
  teacher text not null references demo.people (email),
  course text not null references demo.courses (name),
  weekdays integer[] not null,
  start_time time not null,
  seats integer not null,
  both_days integer not null,
  first_day integer not null,
  second_day integer not null
);
insert into demo.groups (teacher, course, weekdays, start_time, seats, both_days, first_day, second_day)
select
  g.teacher || '@ostinato.example', g.course, g.weekdays::integer[], g.start_time::time, g.seats, g.both_days,
  g.first_day, g.second_day
from (
  values
    ('teacher', 'Piano Foundations', '{1,4}', '16:00', 4, 3, 1, 0),
    ('teacher', 'Piano Foundations', '{2,5}', '17:00', 4, 2, 2, 2),
    ('teacher', 'Piano Foundations', '{6}', '10:00', 5, 0, 4, 0),
    ('marcus.bell', 'Piano Foundations', '{1,3}', '17:00', 4, 2, 1, 1),
    ('marcus.bell', 'Piano Repertoire', '{2,4}', '18:00', 3, 2, 1, 0),
    ('marcus.bell', 'Piano Repertoire', '{6}', '11:00', 4, 0, 4, 0),
    ('yuki.tanaka', 'Piano Repertoire', '{1,4}', '18:00', 4, 2, 2, 1),
    ('yuki.tanaka', 'Piano Repertoire', '{2,5}', '16:00', 4, 2, 0, 1),
    ('yuki.tanaka', 'Piano Repertoire', '{3,5}', '19:00', 4, 3, 0, 1),
    ('elena.petrova', 'Violin Foundations', '{1,4}', '15:00', 5, 3, 1, 1),
    ('elena.petrova', 'Violin Foundations', '{2,5}', '16:00', 5, 4, 1, 1),
    ('elena.petrova', 'Violin Foundations', '{6}', '10:00', 4, 0, 3, 0),
    ('tomas.novak', 'Violin Foundations', '{1,3}', '16:00', 5, 3, 0, 1),
    ('tomas.novak', 'Violin Foundations', '{2,4}', '17:00', 5, 2, 3, 1),
    ('tomas.novak', 'String Ensemble', '{6}', '12:00', 10, 0, 7, 0),
    ('ruben.ortega', 'Acoustic Guitar', '{1,4}', '17:00', 5, 3, 2, 0),
    ('ruben.ortega', 'Acoustic Guitar', '{2,5}', '18:00', 5, 3, 1, 1),
    ('ruben.ortega', 'Acoustic Guitar', '{6}', '11:00', 6, 0, 5, 0),
    ('grace.adeyemi', 'Acoustic Guitar', '{1,3}', '18:00', 5, 3, 1, 2),
    ('grace.adeyemi', 'Electric Guitar', '{2,4}', '19:00', 4, 2, 1, 1),
    ('grace.adeyemi', 'Electric Guitar', '{5}', '16:00', 4, 0, 3, 0),
    ('finn.gallagher', 'Electric Guitar', '{1,4}', '19:00', 4, 2, 2, 1),
    ('finn.gallagher', 'Electric Guitar', '{3,5}', '17:00', 4, 2, 0, 1),
    ('finn.gallagher', 'Electric Guitar', '{6}', '13:00', 4, 0, 4, 0),
    ('andre.baptiste', 'Drum Kit', '{1,3}', '15:00', 3, 2, 1, 1),
    ('andre.baptiste', 'Drum Kit', '{2,4}', '16:00', 3, 2, 0, 0),
    ('andre.baptiste', 'Drum Kit', '{5}', '18:00', 3, 0, 3, 0),
    ('priya.raman', 'Drum Kit', '{2,5}', '15:00', 3, 2, 1, 0),
    ('priya.raman', 'Drum Kit', '{1,4}', '18:00', 3, 1, 1, 1),
    ('priya.raman', 'Drum Kit', '{6}', '12:00', 3, 0, 3, 0),
    ('sofia.marino', 'Singing', '{1,4}', '16:00', 5, 3, 1, 2),
    ('sofia.marino', 'Singing', '{3,5}', '18:00', 5, 3, 1, 0),
    ('sofia.marino', 'Youth Choir', '{6}', '10:00', 14, 0, 10, 0),
    ('jonas.lindgren', 'Flute', '{1,3}', '17:00', 5, 3, 1, 1),
    ('jonas.lindgren', 'Flute', '{2,4}', '15:00', 5, 2, 2, 1),
    ('jonas.lindgren', 'Flute', '{6}', '11:00', 5, 0, 4, 0)
) as g (teacher, course, weekdays, start_time, seats, both_days, first_day, second_day);
select demo.act_as('office@ostinato.example');

-- Monday to Friday from 15:00 to 20:00, Saturday from 10:00 to 14:00, by the hour.
select api.create_time_slot(d.weekday, make_time(h.hour, 0, 0), make_time(h.hour + 1, 0, 0))
from generate_series(1, 6) as d (weekday)
cross join generate_series(10, 19) as h (hour)
where case when d.weekday = 6 then h.hour <= 13 else h.hour >= 15 end;

select api.put_course_teacher(c.course_id, (p.answer ->> 'id')::uuid)
from (select distinct g.course, g.teacher from demo.groups as g) as g
join demo.courses as c on c.name = g.course
join demo.people as p on p.email = g.teacher;

select api.create_classroom_slot(
  demo.time_slot_id(w.weekday, g.start_time), c.course_id, (p.answer ->> 'id')::uuid, g.seats
)
from demo.groups as g
cross join unnest(g.weekdays) as w (weekday)
join demo.courses as c on c.name = g.course
join demo.people as p on p.email = g.teacher;
