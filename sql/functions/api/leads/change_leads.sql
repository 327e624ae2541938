-- Each lead is changed within a savepoint, so that all that are refused are told. What is wrong with the request, and
-- not with a lead, is the same for all and ends it.
create function api.change_leads(
  p_ids api.lead_ids,
  p_owner_id uuid default null,
  p_assigned_teacher_id uuid default null,
  p_stage_id uuid default null,
  p_lost_reason api.medium_text default null,
  p_add_tags api.lead_tags default null,
  p_remove_tags api.lead_tags default null,
  p_present text[] default '{}'
)
returns json
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid;
  v_message text;
  v_detail text;
  v_conflicts jsonb := '[]'::jsonb;
begin
  if cardinality(p_ids) <> (select count(distinct i) from unnest(p_ids) as i) then
    perform school.fail_value('ids', 'names a lead twice');
  end if;
  if exists (select from unnest(p_add_tags) as t where school.clean(t) is null) then
    perform school.fail_value('addTags', 'holds a blank one');
  end if;
  perform school.lock_leads(p_ids, 'stage_id' = any (p_present));
  for v_id in select i from unnest(p_ids) as i order by i loop
    begin
      perform school.change_lead(
        v_id, p_owner_id, p_assigned_teacher_id, p_stage_id, p_lost_reason, p_add_tags, p_remove_tags, p_present
      );
    exception
      when sqlstate 'OS001' then
        get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail;
        if v_detail::jsonb ? 'errors' then
          raise;
        end if;
        v_conflicts := v_conflicts || school.lead_conflict(v_id, v_detail::jsonb ->> 'code', v_message);
    end;
  end loop;
  perform school.fail_conflicts(v_conflicts);
  return json_build_object('items', school.page_of_leads(p_ids, '', cardinality(p_ids), null) -> 'items');
end;
$$;
comment on function api.change_leads is
  'Changes several leads, all or none: owner, teacher, stage and lostReason as PATCH does of one, staff claiming with '
  'ownerId; then puts tags on and takes tags off.
What one of them may not be is refused for all; conflicts name the leads.
Answers: changed_leads.
Refusals: not_found, forbidden, already_claimed, unknown_reference, not_staff, not_a_teacher, lost_reason_required.';
grant execute on function api.change_leads to school_admin, school_staff;
