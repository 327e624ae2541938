-- Each owner enters the leads they have, the office those that nobody has yet; then notes and tags.
reset role;

create function demo.enter_leads(p_owner text)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  update demo.leads as l
  set lead_id = (api.create_lead(
    p_stage_id => (select s.id from api.lead_stage as s where s.name = l.stage),
    p_name => l.name,
    p_email => l.email,
    p_phone => l.phone,
    p_assigned_teacher_id => (select (p.answer ->> 'id')::uuid from demo.people as p where p.email = l.teacher),
    p_age => l.age,
    p_guardian_name => l.guardian,
    p_area => l.area,
    p_community => l.community,
    p_address => l.address,
    p_source => l.source,
    p_expected_budget => 400 + l.number % 9 * 100,
    p_number_of_contact_attempts => case l.stage when 'New' then 0 else 1 + l.number % 4 end,
    p_last_contacted_date => case when l.stage <> 'New' then school.today() - 1 - l.number % 12 end,
    p_walk_in_date => case when l.source = 'Walk-in' then school.today() - 15 - l.number % 30 end,
    p_demo_date => case l.stage
      when 'Demo scheduled' then school.today() + 1 + l.number % 8
      when 'Demo done' then school.today() - 1 - l.number % 10
    end,
    p_demo_conducted => l.stage = 'Demo done',
    p_follow_up_date => school.today() + l.follow_up_in,
    p_lost_reason => case
      when l.stage = 'Lost' then
        (array[
          'Chose a school nearer home', 'Too expensive', 'No free time this year', 'Does not answer'
        ])[1 + l.number % 4]
    end
  )).id
  where l.owner is not distinct from p_owner;
$$;
comment on function demo.enter_leads(text) is
  'Enters the leads of an owner, null for those nobody owns, as whoever acts.';

do $$
declare
  v_owner text;
begin
  perform demo.act_as('office@ostinato.example');
  perform demo.enter_leads(null);
  for v_owner in select p.email from demo.people as p where p.role = 'staff' order by p.number loop
    perform demo.act_as(v_owner);
    perform demo.enter_leads(v_owner);
    perform api.add_lead_note(l.lead_id, n.body)
    from demo.leads as l
    join (
      values
        ('Contacted', 0, 'Called back in the evening; asks for the timetable by e-mail.'),
        ('Contacted', 1, 'Wants to start after the holidays. Prefers weekdays.'),
        ('Contacted', 2, 'Has an instrument at home, two years of lessons elsewhere.'),
        ('Demo scheduled', 0, 'Demo lesson confirmed by phone.'),
        ('Demo scheduled', 1, 'Asked to bring a parent along.'),
        ('Demo done', 0, 'Enjoyed the demo lesson, deciding between one and two classes a week.'),
        ('Demo done', 2, 'Good ear, quick progress in the demo lesson. Sent the price list.'),
        ('Lost', 1, 'Thanked us for the time; may come back next year.')
    ) as n (stage, remainder, body) on n.stage = l.stage and n.remainder = l.number % 3
    where l.owner = v_owner;
    perform api.put_lead_tag(l.lead_id, t.tag)
    from demo.leads as l
    join (
      values (0, 'trial'), (3, 'sibling'), (5, 'scholarship'), (8, 'adult beginner'), (11, 'newsletter')
    ) as t (remainder, tag)
      on t.remainder = l.number % 13
    where l.owner = v_owner
      and (t.tag <> 'adult beginner' or l.age >= 18);
  end loop;
end;
$$;
