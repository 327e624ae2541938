-- What is taught, by whom, in which plans. The office does this.
select demo.act_as('office@ostinato.example');

select api.create_instrument(i.name)
from (values ('Piano'), ('Violin'), ('Guitar'), ('Drums'), ('Voice'), ('Flute')) as i (name);

-- price is that of one class
reset role;
create table demo.courses (
  name text primary key,
  instrument text not null,
  price numeric not null,
  description text not null,
  course_id uuid
);
insert into demo.courses (instrument, name, price, description)
values
  ('Piano', 'Piano Foundations', 38, 'First pieces, reading and posture, in small groups.'),
  ('Piano', 'Piano Repertoire', 46, 'For players of two years and more: style, memory and stage.'),
  ('Violin', 'Violin Foundations', 40, 'Bow hold, intonation and first position.'),
  ('Violin', 'String Ensemble', 28, 'Playing together on Saturdays; one year of lessons is enough.'),
  ('Guitar', 'Acoustic Guitar', 34, 'Chords, picking and accompanying songs.'),
  ('Guitar', 'Electric Guitar', 36, 'Riffs, rhythm and improvising over changes.'),
  ('Drums', 'Drum Kit', 42, 'Grooves, fills and reading, three kits in the room.'),
  ('Voice', 'Singing', 39, 'Breath, range and repertoire from musicals to art song.'),
  ('Voice', 'Youth Choir', 18, 'Ages 8 to 16, two concerts a year.'),
  ('Flute', 'Flute', 37, 'Tone, breathing and duets from the first month.');
select demo.act_as('office@ostinato.example');

update demo.courses as c
set course_id = (api.create_course(
  (select i.id from api.instrument as i where i.name = c.instrument), c.name, c.description
)).id;

select api.create_course_plan(
  c.course_id,
  format(p.name, p.total_classes),
  p.total_classes,
  p.classes_per_week,
  c.price * p.total_classes * p.rebate
)
from demo.courses as c
cross join (
  values
    ('Weekly, %s classes', 16, 1, 1.00),
    ('Weekly, %s classes', 24, 1, 0.95),
    ('Twice a week, %s classes', 16, 2, 1.00),
    ('Twice a week, %s classes', 32, 2, 0.92),
    ('Twice a week, %s classes', 48, 2, 0.88)
) as p (name, total_classes, classes_per_week, rebate);
