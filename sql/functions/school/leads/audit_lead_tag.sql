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
  select
    t.lead_id,
    'tags',
    case when tg_op = 'DELETE' then to_jsonb(t.tag) end,
    case when tg_op = 'INSERT' then to_jsonb(t.tag) end,
    (select auth.user_id()),
    (select auth.setting('ostinato.request_id')),
    school.clock()
  from changed as t
  order by t.lead_id, t.tag;
  return null;
end;
$$;
comment on function school.audit_lead_tag() is 'Trigger: every tag put on or taken off a lead is on record.';

create or replace trigger audit_new_tag
after insert on school.lead_tags
referencing new table as changed
for each statement
execute function school.audit_lead_tag();
create or replace trigger audit_old_tag
after delete on school.lead_tags
referencing old table as changed
for each statement
execute function school.audit_lead_tag();
