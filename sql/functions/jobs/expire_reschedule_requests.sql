-- Locks the requests by id, as everybody does who ends several.
-- definer: runs for the school, whoever starts it.
create or replace function jobs.expire_reschedule_requests(p_on date default school.today())
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_ids uuid[] := jobs.requests_to_expire(p_on);
  v_expired integer;
begin
  perform from school.reschedule_requests as r where r.id = any (v_ids) order by r.id for update;
  update school.reschedule_requests as r
  set status = 'expired', decided_at = school.clock()
  where r.id = any (v_ids)
    and r.status = 'pending';
  get diagnostics v_expired = row_count;
  return v_expired;
end;
$$;
comment on function jobs.expire_reschedule_requests(date) is
  'Expires pending requests whose class was marked, or whose class or wanted class has begun; answers how many.';
