-- As far as the caller sees what hangs on the lead. place orders what has one time.
create or replace function school.happenings_of_lead(p_lead_id uuid)
returns table (
  at timestamptz,
  place bigint,
  id uuid,
  kind text,
  actor_id uuid,
  body text,
  field text,
  status text,
  course_id uuid,
  date date
)
language sql
stable
security invoker
set search_path = ''
as $$
  select n.created_at, 0, n.id, 'note', n.author_id, n.body, null, null, null::uuid, null::date
  from school.lead_notes as n
  where n.lead_id = p_lead_id
  union all
  select
    e.created_at,
    e.sequence,
    e.id,
    case
      when e.field in ('followUpDate', 'followUpStatus', 'numberOfContactAttempts', 'lastContactedDate')
        then 'follow_up'
      when e.field in ('demoDate', 'demoConducted') then 'demo'
      else 'change'
    end,
    e.actor_user_id,
    null,
    e.field,
    null,
    null,
    null
  from school.lead_audit_events as e
  where e.lead_id = p_lead_id
  union all
  select v.at, v.place, x.id, 'trial', v.actor_id, null, null, v.status, x.course_id, x.class_date
  from school.trials as x
  cross join lateral (values
    (x.created_at, 0, x.created_by, 'booked'),
    (x.ended_at, 1, x.ended_by, x.status)
  ) as v (at, place, actor_id, status)
  where x.lead_id = p_lead_id
    and v.at is not null
  union all
  select v.at, v.place, w.id, 'waiting', v.actor_id, null, null, v.status, w.course_id, null
  from school.waiting_of_lead(p_lead_id) as w
  cross join lateral (values
    (w.created_at, 0, w.created_by, 'waiting'),
    (w.ended_at, 1, null, w.status)
  ) as v (at, place, actor_id, status)
  where v.at is not null
  union all
  select a.created_at, 0, a.id, 'admission', a.created_by, null, null, 'active', a.course_id, a.start_date
  from school.admissions as a
  where a.lead_id = p_lead_id;
$$;
comment on function school.happenings_of_lead(uuid) is 'What happened to a lead, for api.list_lead_timeline.';
grant execute on function school.happenings_of_lead(uuid) to school_admin, school_staff, school_teacher;
