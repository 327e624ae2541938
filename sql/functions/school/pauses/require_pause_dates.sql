-- Raises invalid_request, forbidden.
create or replace function school.require_pause_dates(p_from date, p_to date, p_override boolean)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if p_to < p_from then
    perform school.fail_value('to', 'lies before from');
  end if;
  if p_override and not auth.is_admin() then
    perform school.fail('forbidden', 'Only admins let a plan pause for longer.');
  end if;
end;
$$;
comment on function school.require_pause_dates(date, date, boolean) is 'What a pause may be asked for, and by whom.';
