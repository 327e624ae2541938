-- definer: jobs look at every row; admins ask.
create function api.preview_job(p_name text, p_date date default null)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not auth.is_admin() then
    perform school.fail('forbidden', 'Admins look after the jobs.');
  end if;
  if not isfinite(p_date) then
    perform school.fail_value('date', 'is not a day of the calendar');
  end if;
  return jobs.preview(p_name, coalesce(p_date, school.today()));
end;
$$;
comment on function api.preview_job is
  'What a job would make for a date, without making it.
Answers: job_preview.
Refusals: not_found.';
grant execute on function api.preview_job to school_admin;
