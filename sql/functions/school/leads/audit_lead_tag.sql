-- definer: the history is nobody's to write.
create or replace function school.audit_lead_tag()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into school.lead_audit_events (lead_id, field, old, new, actor_user_id, request_id, created_at)
  values (
    case when tg_op = 'DELETE' then old.lead_id else new.lead_id end,
    'tags',
    case when tg_op = 'DELETE' then to_jsonb(old.tag) end,
    case when tg_op = 'INSERT' then to_jsonb(new.tag) end,
    auth.user_id(),
    auth.setting('ostinato.request_id'),
    school.clock()
  );
  return null;
end;
$$;
comment on function school.audit_lead_tag() is 'Trigger: every tag put on or taken off a lead is on record.';

create or replace trigger audit_lead_tag
after insert or delete on school.lead_tags
for each row
execute function school.audit_lead_tag();
