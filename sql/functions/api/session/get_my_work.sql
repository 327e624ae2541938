-- Each number is the total of a list, so that what it opens is what it counts.
create function api.get_my_work()
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.role();
  v_work api.my_work;
begin
  v_work.overdue := (api.list_leads(
    p_follow_up => array['overdue'], p_count => true, p_limit => 1
  ) ->> 'total')::integer;
  v_work.today := (api.list_leads(
    p_follow_up => array['today'], p_count => true, p_limit => 1
  ) ->> 'total')::integer;
  v_work.upcoming := (api.list_leads(
    p_follow_up => array['upcoming'], p_count => true, p_limit => 1
  ) ->> 'total')::integer;
  v_work."trialsToday" := (api.list_trials(
    p_date => array[school.today()], p_status => array['booked'], p_count => true, p_limit => 1
  ) ->> 'total')::integer;
  v_work."rescheduleRequests" := (api.list_reschedule_requests(
    p_status => array['pending'], p_count => true, p_limit => 1
  ) ->> 'total')::integer;
  v_work.unmarked := (api.list_attendance(p_unmarked => true, p_count => true, p_limit => 1) ->> 'total')::integer;
  if v_role <> 'teacher' then
    v_work."seatsOffered" := (api.list_waitlist(
      p_status => array['offered'], p_count => true, p_limit => 1
    ) ->> 'total')::integer;
    v_work.unpaid := (api.list_admissions(
      p_status => array['active'], p_payment_status => array['unpaid'], p_count => true, p_limit => 1
    ) ->> 'total')::integer;
  end if;
  if v_role in ('admin', 'super_admin') then
    v_work."accessRequests" := (api.list_access_requests(
      p_status => array['pending'], p_count => true, p_limit => 1
    ) ->> 'total')::integer;
  end if;
  return row_to_json(v_work);
end;
$$;
comment on function api.get_my_work is
  'Says how much waits for the caller, as the lists count it: follow-ups, requests to decide, seats offered, trials of '
  'today, classes that nobody marked, admissions not paid.
Numbers stop at 10,000.
Answers: my_work.';
grant execute on function api.get_my_work to school_admin, school_staff, school_teacher;
