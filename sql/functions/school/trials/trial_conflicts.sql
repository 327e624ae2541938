-- What stands against a lead sitting in a class on a date, as a JSON array in order: state, rules, the place. Whoever
-- sits there every week, and seats held for the week, do not matter: only who is expected on that date. Exact only
-- under the locks of school.lock_trial.
-- long: a list, each rule a few lines of its own, over one look at the lead and the class.
create or replace function school.trial_conflicts(
  p_lead_id uuid,
  p_classroom_slot_id uuid,
  p_date date,
  p_override boolean
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  with trial as (
    select
      l.id as lead_id,
      s.kind,
      s.name as stage_name,
      k.id as classroom_slot_id,
      k.course_id,
      k.capacity,
      t.id as time_slot_id,
      t.weekday,
      t.is_active,
      t.start_time
    from school.leads as l
    join school.lead_stages as s on s.id = l.stage_id
    join school.classroom_slots as k on k.id = p_classroom_slot_id
    join school.time_slot_templates as t on t.id = k.time_slot_id
    where l.id = p_lead_id
  ),
  conflicts (rank, code, message, members) as (
    select
      1, 'lead_already_converted', 'This lead was admitted already.', jsonb_build_object('admissionId', a.id)
    from school.admissions as a
    where a.lead_id = p_lead_id
      and a.renewed_from_id is null
    union all
    select 2, 'invalid_state', format('The lead is in stage %s.', x.stage_name), '{}'
    from trial as x
    where x.kind <> 'open'
    union all
    select
      3,
      'already_exists',
      format('A trial of this course is booked on %s.', ox.class_date),
      jsonb_build_object('trialId', ox.id)
    from trial as x
    join school.trials as ox on ox.lead_id = x.lead_id and ox.course_id = x.course_id and ox.status = 'booked'
    union all
    select 4, 'class_not_held', format('The class is held on %ss.', school.weekday_name(x.weekday)), '{}'
    from trial as x
    where x.weekday <> extract(isodow from p_date)
    union all
    select 5, 'class_not_held', 'The time of the class is not active.', '{}'
    from trial as x
    where not x.is_active
    union all
    select 6, 'school_closed', 'The school is closed on that date.', '{}'
    where school.is_closed(p_date)
    union all
    select 7, 'class_not_in_future', 'The class has begun.', '{}'
    from trial as x
    where school.has_begun(p_date, x.start_time)
    union all
    select 8, 'beyond_window', 'Trials are booked up to 60 days ahead.', '{}'
    where p_date > school.today() + 60
    union all
    select
      9, 'no_trials_left', format('The lead has had %s of %s trials.', n.booked, s.trials_per_lead), '{}'
    from school.school_settings as s
    cross join (
      select count(*) as booked
      from school.trials as ox
      where ox.lead_id = p_lead_id
        and ox.status <> 'cancelled'
    ) as n
    where n.booked >= s.trials_per_lead
      and not p_override
    union all
    select 10, 'date_full', format('All %s places on that date are taken.', x.capacity), '{}'
    from trial as x
    where school.count_places(x.classroom_slot_id, p_date) < 1
  )
  select coalesce(jsonb_agg(
    jsonb_build_object(
      'code', c.code,
      'message', c.message,
      'timeSlotId', x.time_slot_id,
      'classroomSlotId', x.classroom_slot_id,
      'classroomSlot', school.class_ref(x.classroom_slot_id)
    ) || c.members
    order by c.rank
  ), '[]')
  from conflicts as c
  cross join trial as x;
$$;
comment on function school.trial_conflicts(uuid, uuid, date, boolean) is 'What stands against booking a trial.';
