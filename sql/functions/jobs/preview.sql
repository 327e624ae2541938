-- What a job would make for a date, without making it: {"name", "date", "rows", "items"}. Each job and its preview ask
-- the same function what there is to do. Items are the notifications of the jobs that tell, the entities that another
-- job changes, and of what is removed {"entityType", "rows"}. Raises not_found.
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
      v_items := jobs.preview_items(array(select d from jobs.due_follow_ups(p_on) as d));
    when 'remaining_classes' then
      v_items := jobs.preview_items(array(select d from jobs.low_admissions(p_on) as d));
    when 'complete_admissions' then
      v_items := (
        select json_agg(json_build_object('entityType', 'admission', 'entityId', i))
        from unnest(jobs.admissions_to_complete(p_on)) as i
      );
    when 'expire_reschedule_requests' then
      v_items := (
        select json_agg(json_build_object('entityType', 'reschedule_request', 'entityId', i))
        from unnest(jobs.requests_to_expire(p_on)) as i
      );
    when 'expire_offers' then
      v_items := (
        select json_agg(json_build_object('entityType', 'waitlist_entry', 'entityId', i))
        from unnest(jobs.offers_to_expire(p_on)) as i
      );
    when 'purge' then
      v_items := (
        select json_agg(json_build_object('entityType', r.kind, 'rows', r.count) order by r.kind)
        from (select p.kind, count(*) from jobs.rows_to_purge(p_on) as p group by p.kind) as r
      );
    else
      perform school.fail_not_found('job');
  end case;
  return json_build_object(
    'name', p_name,
    'date', p_on,
    'rows', (
      select coalesce(sum(coalesce((i ->> 'rows')::integer, 1)), 0)
      from json_array_elements(v_items) as i
    ),
    'items', coalesce(v_items, '[]')
  );
end;
$$;
comment on function jobs.preview(text, date) is 'What a job would make for a date.';
