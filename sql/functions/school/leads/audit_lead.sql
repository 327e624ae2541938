-- One lead_audit_events row per changed member, by lead. A new lead tells where it starts: teacher, owner and stage, in
-- this order (school.was_just_claimed).
-- definer: the history is nobody's to write.
create or replace function school.audit_lead()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_actor_id uuid := auth.user_id();
  v_request_id text := auth.setting('ostinato.request_id');
begin
  if tg_op = 'INSERT' then
    insert into school.lead_audit_events (lead_id, field, new, actor_user_id, request_id, created_at)
    select l.id, m.field, to_jsonb(m.id), v_actor_id, v_request_id, school.clock()
    from written as l
    cross join lateral (values
      ('assignedTeacherId', l.assigned_teacher_id),
      ('ownerId', l.owner_id),
      ('stageId', l.stage_id)
    ) as m (field, id)
    where m.id is not null
    order by l.id, m.field;
    return null;
  end if;
  insert into school.lead_audit_events (lead_id, field, old, new, actor_user_id, request_id, created_at)
  select
    l.id,
    school.wire_name(n.key),
    nullif(o.value, 'null'),
    nullif(n.value, 'null'),
    v_actor_id,
    v_request_id,
    school.clock()
  from written as l
  join before as ol on ol.id = l.id
  cross join lateral jsonb_each(to_jsonb(l)) as n
  join lateral jsonb_each(to_jsonb(ol)) as o on o.key = n.key
  where n.key not in ('id', 'phone_key', 'search_text', 'created_at', 'updated_at', 'version')
    and nullif(n.value, 'null') is distinct from nullif(o.value, 'null')
  order by l.id, n.key;
  return null;
end;
$$;
comment on function school.audit_lead() is 'Trigger: every change of a lead is on record.';

create or replace trigger audit_new_lead
after insert on school.leads
referencing new table as written
for each statement
execute function school.audit_lead();
create or replace trigger audit_lead
after update on school.leads
referencing old table as before new table as written
for each statement
execute function school.audit_lead();
