-- Who is told of an event: whom the rules of its type name, less the one who did it, unless the clock did, and less who
-- muted the type, if it may be muted. Disabled and deleted users are skipped. The rules:
-- - admins: all of them;
-- - lead_owner: the owner of the lead that the event is about, or that its payload names (leadId); one who is disabled
--   or deleted, or may own no leads, counts as none;
-- - admins_when_unowned: the admins, when that lead has no owner;
-- - admission_student, slot_teachers: of the admission that the event is about;
-- - {member}: the person, or the array of people, whose id the payload has under that name.
-- One plan serves every event.
-- long: a list, each rule a few lines of its own.
create or replace function school.recipients(
  p_type text,
  p_entity_type text,
  p_entity_id uuid,
  p_actor_id uuid,
  p_payload jsonb
)
returns uuid[]
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  v_type school.notification_types;
  v_owner_id uuid;
  v_ids uuid[];
begin
  select * into v_type from school.notification_types as t where t.type = p_type;
  -- {member}
  v_ids := array(
    select m.id::uuid
    from unnest(v_type.recipients) as r (rule)
    cross join lateral (select p_payload -> btrim(r.rule, '{}') as value) as v
    cross join lateral jsonb_array_elements_text(
      case jsonb_typeof(v.value) when 'array' then v.value when 'string' then jsonb_build_array(v.value) else '[]' end
    ) as m (id)
    where r.rule like '{%'
  );
  if v_type.recipients && array['lead_owner', 'admins_when_unowned'] then
    select u.id
    into v_owner_id
    from school.leads as l
    join school.users as u on u.id = l.owner_id
    where l.id = case when p_entity_type = 'lead' then p_entity_id else (p_payload ->> 'leadId')::uuid end
      and u.role in ('staff', 'admin', 'super_admin')
      and u.status = 'active'
      and u.deleted_at is null;
  end if;
  if 'lead_owner' = any (v_type.recipients) then
    v_ids := v_ids || v_owner_id;
  end if;
  if 'admins' = any (v_type.recipients)
    or ('admins_when_unowned' = any (v_type.recipients) and v_owner_id is null)
  then
    v_ids := v_ids || array(
      select u.id from school.users as u where u.role in ('admin', 'super_admin') and u.deleted_at is null
    );
  end if;
  if 'admission_student' = any (v_type.recipients) then
    v_ids := v_ids || (select a.student_id from school.admissions as a where a.id = p_entity_id);
  end if;
  if 'slot_teachers' = any (v_type.recipients) then
    v_ids := v_ids || array(
      select k.teacher_id
      from school.admission_slots as s
      join school.classroom_slots as k on k.id = s.classroom_slot_id
      where s.admission_id = p_entity_id
    );
  end if;
  return array(
    select u.id
    from school.users as u
    left join school.user_settings as s on s.user_id = u.id
    where u.id = any (v_ids)
      and u.status = 'active'
      and u.deleted_at is null
      and (v_type.is_scheduled or u.id is distinct from p_actor_id)
      and not (v_type.may_be_muted and p_type = any (coalesce(s.muted_notification_types, '{}')))
    order by u.id
  );
end;
$$;
comment on function school.recipients(text, text, uuid, uuid, jsonb) is 'Who is told of an event.';
