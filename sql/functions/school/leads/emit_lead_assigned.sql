-- A new lead with an owner or a teacher was assigned to them, and so was one that changed hands.
-- definer: events are nobody's to write.
create or replace function school.emit_lead_assigned()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_news school.news[];
begin
  if tg_op = 'INSERT' then
    v_news := array(
      select row('lead.assigned', 'lead', l.id, null, jsonb_build_object(
        'leadName', l.name, 'ownerId', l.owner_id, 'assignedTeacherId', l.assigned_teacher_id
      ))::school.news
      from written as l
      where l.owner_id is not null
        or l.assigned_teacher_id is not null
    );
  else
    v_news := array(
      select row('lead.assigned', 'lead', l.id, null, jsonb_build_object(
        'leadName', l.name, 'ownerId', n.owner_id, 'assignedTeacherId', n.teacher_id
      ))::school.news
      from written as l
      join before as ol on ol.id = l.id
      cross join lateral (
        select
          nullif(l.owner_id, ol.owner_id) as owner_id,
          nullif(l.assigned_teacher_id, ol.assigned_teacher_id) as teacher_id
      ) as n
      where n.owner_id is not null
        or n.teacher_id is not null
      order by l.id
    );
  end if;
  if cardinality(v_news) > 0 then
    perform school.emit_all(v_news);
  end if;
  return null;
end;
$$;
comment on function school.emit_lead_assigned() is 'Trigger: a new owner or teacher of a lead is an event.';

create or replace trigger emit_lead_added
after insert on school.leads
referencing new table as written
for each statement
execute function school.emit_lead_assigned();
create or replace trigger emit_lead_assigned
after update on school.leads
referencing old table as before new table as written
for each statement
execute function school.emit_lead_assigned();
