-- Who is told of an event, before preferences: whom the rules of its type name, less the one who did it, unless the
-- clock did. Disabled and deleted users are skipped. The rules:
-- - admins: all of them;
-- - lead_owner: the owner of the lead that the event is about, or that its payload names (leadId);
-- - admins_when_unowned: the admins, when that lead has no owner;
-- - admission_student, slot_teachers: of the admission that the event is about;
-- - {member}: the person, or the array of people, whose id the payload has under that name.
create or replace function school.recipients(
  p_type text,
  p_entity_type text,
  p_entity_id uuid,
  p_actor_id uuid,
  p_payload jsonb
)
returns uuid[]
language sql
stable
security invoker
set search_path = ''
as $$
  with type as (
    select t.recipients as rules, t.is_scheduled from school.notification_types as t where t.type = p_type
  ),
  lead (owner_id) as (
    select school.lead_owner(case when p_entity_type = 'lead' then p_entity_id else (p_payload ->> 'leadId')::uuid end)
  ),
  concerned (user_id) as (
    select l.owner_id
    from type as t
    cross join lead as l
    where 'lead_owner' = any (t.rules)
    union
    select unnest(school.admins())
    from type as t
    where 'admins' = any (t.rules)
      or ('admins_when_unowned' = any (t.rules) and (select l.owner_id from lead as l) is null)
    union
    select a.student_id
    from type as t
    join school.admissions as a on a.id = p_entity_id
    where 'admission_student' = any (t.rules)
    union
    select k.teacher_id
    from type as t
    join school.admission_slots as s on s.admission_id = p_entity_id
    join school.classroom_slots as k on k.id = s.classroom_slot_id
    where 'slot_teachers' = any (t.rules)
    union
    select m.id::uuid
    from type as t
    cross join unnest(t.rules) as r (rule)
    cross join lateral (select p_payload -> btrim(r.rule, '{}') as value) as v
    cross join lateral jsonb_array_elements_text(
      case jsonb_typeof(v.value) when 'array' then v.value when 'string' then jsonb_build_array(v.value) else '[]' end
    ) as m (id)
    where r.rule like '{%'
  )
  select coalesce(array_agg(u.id order by u.id), '{}')
  from type as t
  cross join concerned as c
  join school.users as u on u.id = c.user_id
  where u.status = 'active'
    and u.deleted_at is null
    and (t.is_scheduled or u.id is distinct from p_actor_id);
$$;
comment on function school.recipients(text, text, uuid, uuid, jsonb) is 'Whom an event concerns.';
