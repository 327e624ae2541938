-- What api.change_leads does to one of them, by the calls that change one: staff claim first, then change what is
-- theirs. Raises whatever these do.
create or replace function school.change_lead(
  p_lead_id uuid,
  p_owner_id uuid,
  p_assigned_teacher_id uuid,
  p_stage_id uuid,
  p_lost_reason api.medium_text,
  p_add_tags api.lead_tags,
  p_remove_tags api.lead_tags,
  p_present text[]
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_members text[] := array(
    select m
    from unnest(p_present) as m
    where m in ('owner_id', 'assigned_teacher_id', 'stage_id', 'lost_reason')
  );
begin
  if 'owner_id' = any (v_members) and not auth.is_admin() then
    perform api.assign_lead(p_lead_id, p_owner_id, p_present => '{owner_id}');
    v_members := array_remove(v_members, 'owner_id');
  end if;
  if cardinality(v_members) > 0 then
    perform api.update_lead(
      p_lead_id,
      p_owner_id => p_owner_id,
      p_assigned_teacher_id => p_assigned_teacher_id,
      p_stage_id => p_stage_id,
      p_lost_reason => p_lost_reason,
      p_present => v_members
    );
  end if;
  perform school.require_claimed(p_lead_id);
  perform school.put_tag_on(p_lead_id, t) from unnest(p_add_tags) as t;
  perform school.take_tag_off(p_lead_id, school.clean(t)) from unnest(p_remove_tags) as t;
end;
$$;
comment on function school.change_lead(
  uuid, uuid, uuid, uuid, api.medium_text, api.lead_tags, api.lead_tags, text[]
) is 'Changes one of several leads.';
grant execute on function school.change_lead(
  uuid, uuid, uuid, uuid, api.medium_text, api.lead_tags, api.lead_tags, text[]
) to school_admin, school_staff;
