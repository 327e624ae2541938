-- One run at a time: who waited sees what the first made, and makes nothing twice.
-- definer: runs for the school, whoever starts it.
create or replace function jobs.follow_ups_due(p_on date default school.today())
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_made integer;
begin
  perform jobs.lock_schedule('follow_ups_due');
  select count(school.emit(d.type, d.entity_type, d.entity_id, d.payload, d.day))
  into v_made
  from jobs.due_follow_ups(p_on) as d;
  return v_made;
end;
$$;
comment on function jobs.follow_ups_due(date) is
  'Tells owners, or the admins, of follow-ups due, once per due date; answers how many.';
