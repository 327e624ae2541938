create function api.list_trials(
  p_date date default null,
  p_lead_id uuid default null,
  p_classroom_slot_id uuid default null,
  p_status api.trial_status default null,
  p_limit api.page_limit default 50,
  p_cursor api.page_cursor default null
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_after text[] := school.decode_cursor(p_cursor, 3);
begin
  return (
    select school.page(array_agg(p.item), array_agg(p.key), p_limit)
    from (
      select
        row_to_json(r) as item,
        json_build_array(x.class_date, x.start_time, x.id) as key
      from api.trial as r
      join school.trials as x on x.id = r.id
      where (
        v_after[1] is null
        or (x.class_date, x.start_time, x.id) > (v_after[1]::date, v_after[2]::time, v_after[3]::uuid)
      )
        and (p_date is null or x.class_date = p_date)
        and (p_lead_id is null or x.lead_id = p_lead_id)
        and (p_classroom_slot_id is null or x.classroom_slot_id = p_classroom_slot_id)
        and (p_status is null or x.status = p_status)
      order by x.class_date, x.start_time, x.id
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_trials is
  'Lists trials by date and start: all for admins, of their leads for staff, in the classes they give for teachers.';
grant execute on function api.list_trials to school_admin, school_staff, school_teacher;
