-- One run at a time: who waited sees what the first made, and makes nothing twice.
-- definer: runs for the school, whoever starts it.
create or replace function jobs.remaining_classes(p_on date default school.today())
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform jobs.lock_schedule('remaining_classes');
  return school.emit_all(array(select d from jobs.low_admissions(p_on) as d));
end;
$$;
comment on function jobs.remaining_classes(date) is
  'Tells of plans with four classes or fewer left, and with none, once each; answers how many.';
