-- Who works here. The first of them is made at the console, as in any new school; she makes the others.
create table demo.people (
  email text primary key,
  role text not null,
  name text not null,
  phone text,
  number integer not null generated always as identity,
  answer json
);
insert into demo.people (email, role, name, phone)
values
  ('director@ostinato.example', 'super_admin', 'Helena Marsh', '+1 628 555 0170'),
  ('office@ostinato.example', 'admin', 'Daniel Okafor', '+1 628 555 0171'),
  ('staff@ostinato.example', 'staff', 'Maya Lindqvist', '+1 628 555 0172'),
  ('owen.price@ostinato.example', 'staff', 'Owen Price', '+1 628 555 0173'),
  ('lucia.ferrer@ostinato.example', 'staff', 'Lucia Ferrer', '+1 628 555 0174'),
  ('hannah.cole@ostinato.example', 'staff', 'Hannah Cole', '+1 628 555 0175'),
  ('teacher@ostinato.example', 'teacher', 'Clara Weiss', '+1 628 555 0180'),
  ('marcus.bell@ostinato.example', 'teacher', 'Marcus Bell', '+1 628 555 0181'),
  ('yuki.tanaka@ostinato.example', 'teacher', 'Yuki Tanaka', '+1 628 555 0182'),
  ('elena.petrova@ostinato.example', 'teacher', 'Elena Petrova', '+1 628 555 0183'),
  ('tomas.novak@ostinato.example', 'teacher', 'Tomas Novak', '+1 628 555 0184'),
  ('ruben.ortega@ostinato.example', 'teacher', 'Ruben Ortega', '+1 628 555 0185'),
  ('grace.adeyemi@ostinato.example', 'teacher', 'Grace Adeyemi', '+1 628 555 0186'),
  ('finn.gallagher@ostinato.example', 'teacher', 'Finn Gallagher', '+1 628 555 0187'),
  ('andre.baptiste@ostinato.example', 'teacher', 'Andre Baptiste', '+1 628 555 0188'),
  ('priya.raman@ostinato.example', 'teacher', 'Priya Raman', '+1 628 555 0189'),
  ('sofia.marino@ostinato.example', 'teacher', 'Sofia Marino', '+1 628 555 0190'),
  ('jonas.lindgren@ostinato.example', 'teacher', 'Jonas Lindgren', '+1 628 555 0191');

update demo.people as p
set answer = auth.create_user_from_console(
  p.email,
  p.name,
  p.role,
  auth.setting('ostinato.demo_password_hash'),
  auth.setting('ostinato.demo_password_length')::integer
)
where p.role = 'super_admin';

select demo.act_as('director@ostinato.example');
select api.update_settings(p_school_name => 'Ostinato School of Music', p_present => '{school_name}');
update demo.people as p
set answer = api.create_user(p_name => p.name, p_role => p.role, p_email => p.email, p_phone => p.phone)
where p.role <> 'super_admin';

reset role;
create function demo.person_id(p_email text)
returns uuid
language sql
stable
security invoker
set search_path = ''
as $$
  select (p.answer ->> 'id')::uuid from demo.people as p where p.email = p_email;
$$;
comment on function demo.person_id(text) is 'Who of those who work here has an e-mail.';
