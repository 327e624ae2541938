-- The follow-ups to be told of on a date: open, due on or before it, not told of for that due date yet. Won, lost and
-- converted leads are silent.
create or replace function jobs.due_follow_ups(p_on date)
returns setof school.news
language sql
stable
security invoker
set search_path = ''
as $$
  select 'follow_up.due', 'lead', l.id, l.follow_up_date, jsonb_build_object('ownerId', l.owner_id, 'leadName', l.name)
  from school.leads as l
  join school.lead_stages as s on s.id = l.stage_id
  where l.follow_up_status = 'open'
    and l.follow_up_date <= p_on
    and l.deleted_at is null
    and s.kind = 'open'
    and not exists (select from school.admissions as a where a.lead_id = l.id)
    and not exists (
      select
      from school.notification_events as e
      where e.entity_id = l.id
        and e.type = 'follow_up.due'
        and e.day = l.follow_up_date
    )
  order by l.follow_up_date, l.id;
$$;
comment on function jobs.due_follow_ups(date) is 'The follow-ups that jobs.follow_ups_due would tell of.';
