-- What a job would make for a date, without making it: {"rows", "items"}; items are the notices of the jobs that tell.
-- Raises not_found.
create or replace function jobs.preview(p_name text, p_on date)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_items json;
begin
  case p_name
    when 'follow_ups_due' then
      select json_agg(jobs.preview_item(d.type, d.entity_type, d.entity_id, d.day, d.payload)) into v_items from jobs.due_follow_ups(p_on) as d;
    when 'remaining_classes' then
      select json_agg(jobs.preview_item(d.type, d.entity_type, d.entity_id, d.day, d.payload)) into v_items from jobs.low_admissions(p_on) as d;
    when 'complete_admissions' then
      select json_agg(json_build_object('entityType', 'admission', 'entityId', i)) into v_items from unnest(jobs.admissions_to_complete(p_on)) as i;
    when 'expire_reschedule_requests' then
      select json_agg(json_build_object('entityType', 'reschedule_request', 'entityId', i)) into v_items from unnest(jobs.requests_to_expire(p_on)) as i;
    when 'purge' then
      v_items := '[]';
    else
      perform school.fail_not_found('job');
  end case;
  return json_build_object('name', p_name, 'date', p_on, 'rows', coalesce(json_array_length(v_items), 0), 'items', coalesce(v_items, '[]'));
end;
$$;
comment on function jobs.preview(text, date) is 'What a job would make for a date.';
