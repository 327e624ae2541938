-- One lead_audit_events row per changed member. A new lead tells where it starts: stage, owner and teacher.
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
  v_old jsonb;
begin
  if tg_op = 'INSERT' then
    insert into school.lead_audit_events (lead_id, field, new, actor_user_id, request_id, created_at)
    select new.id, m.field, to_jsonb(m.id), v_actor_id, v_request_id, school.clock()
    from (values
      ('assignedTeacherId', new.assigned_teacher_id),
      ('ownerId', new.owner_id),
      ('stageId', new.stage_id)
    ) as m (field, id)
    where m.id is not null;
    return null;
  end if;
  v_old := to_jsonb(old);
  insert into school.lead_audit_events (lead_id, field, old, new, actor_user_id, request_id, created_at)
  select
    new.id,
    school.wire_name(n.key),
    nullif(v_old -> n.key, 'null'),
    nullif(n.value, 'null'),
    v_actor_id,
    v_request_id,
    school.clock()
  from jsonb_each(to_jsonb(new)) as n
  where n.key not in ('id', 'phone_key', 'search_text', 'created_at', 'updated_at', 'version')
    and n.value is distinct from v_old -> n.key
  order by n.key;
  return null;
end;
$$;
comment on function school.audit_lead() is 'Trigger: every change of a lead is on record.';

create or replace trigger audit_lead
after insert or update on school.leads
for each row
execute function school.audit_lead();
