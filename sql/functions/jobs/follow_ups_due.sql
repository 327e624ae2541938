-- One run at a time: who waited sees what the first made, and makes nothing twice.
-- definer: runs for the school, whoever starts it.
create or replace function jobs.follow_ups_due(p_on date default school.today())
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform jobs.lock_schedule('follow_ups_due');
  return school.emit_all(array(select d from jobs.due_follow_ups(p_on) as d));
end;
$$;
comment on function jobs.follow_ups_due(date) is
  'Tells owners, or the admins, of follow-ups due, once per due date; answers how many.';
