create function api.list_trials(
  p_date date[] default null,
  p_lead_id uuid[] default null,
  p_classroom_slot_id uuid[] default null,
  p_status api.trial_status[] default null,
  p_sort api.trial_sort default 'date',
  p_count api.count_wish default false,
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
  v_after text[] := school.decode_cursor(p_cursor, p_sort, 3);
  v_down boolean := left(p_sort, 1) = '-';
begin
  return (
    with listed as not materialized (
      select r as item, x.class_date, x.start_time, x.id
      from api.trial as r
      join school.trials as x on x.id = r.id
      where (p_date is null or school.is_one_of(x.class_date, p_date))
        and (p_lead_id is null or school.is_one_of(x.lead_id, p_lead_id))
        and (p_classroom_slot_id is null or school.is_one_of(x.classroom_slot_id, p_classroom_slot_id))
        and (p_status is null or school.is_one_of(x.status, p_status))
    )
    select school.page(array_agg(p.item), array_agg(p.key), p_limit, case when p_count then (
      select count(*) from (select from listed limit school.most_counted() + 1) as c
    ) end)
    from (
      select
        row_to_json(l.item) as item,
        json_build_array(p_sort, l.class_date, l.start_time, l.id) as key
      from listed as l
      where v_after[1] is null or case when v_down
        then (l.class_date, l.start_time, l.id) < (v_after[1]::date, v_after[2]::time, v_after[3]::uuid)
        else (l.class_date, l.start_time, l.id) > (v_after[1]::date, v_after[2]::time, v_after[3]::uuid)
      end
      order by
        case when v_down then l.class_date end desc,
        case when v_down then l.start_time end desc,
        case when v_down then l.id end desc,
        l.class_date,
        l.start_time,
        l.id
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_trials is
  'Lists trials by date and start: all for admins, of their leads for staff, in the classes they give for teachers.';
grant execute on function api.list_trials to school_admin, school_staff, school_teacher;
