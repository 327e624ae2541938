-- Who is told of events: whom the rules of their type name, less the one who did it, unless the clock did, and less
-- those who muted a type that may be muted. Disabled and deleted users are skipped. An array of ids for each event, in
-- their order. The rules:
-- - admins: all of them;
-- - lead_owner: the owner of the lead that the event is about, or that its payload names (leadId); an owner who is
--   disabled or deleted, or may own no leads, is none;
-- - admins_when_unowned: the admins, when that lead has no owner;
-- - admission_student, slot_teachers: of the admission that the event is about;
-- - {member}: the person, or the array of people, whose id the payload has under that name.
-- long: each rule is a few lines of its own, over events that are read once.
create or replace function school.recipients(p_news school.news[], p_actor_id uuid)
returns jsonb[]
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return (
    with news as materialized (
      select
        n.place,
        n.type,
        n.entity_id,
        n.payload,
        t.recipients as rules,
        t.is_scheduled,
        t.may_be_muted,
        u.id as owner_id
      from unnest(p_news) with ordinality as n (type, entity_type, entity_id, day, payload, place)
      left join school.notification_types as t on t.type = n.type
      left join school.leads as l
        on l.id = case when n.entity_type = 'lead' then n.entity_id else (n.payload ->> 'leadId')::uuid end
      left join school.users as u on u.id = l.owner_id
        and u.role in ('staff', 'admin', 'super_admin')
        and u.status = 'active'
        and u.deleted_at is null
    ),
    concerned (place, type, is_scheduled, may_be_muted, user_id) as (
      select n.place, n.type, n.is_scheduled, n.may_be_muted, case when 'lead_owner' = any (n.rules) then n.owner_id end
      from news as n
      union all
      select n.place, n.type, n.is_scheduled, n.may_be_muted, a.id
      from news as n
      cross join unnest((select school.admins())) as a (id)
      where 'admins' = any (n.rules)
        or ('admins_when_unowned' = any (n.rules) and n.owner_id is null)
      union all
      select n.place, n.type, n.is_scheduled, n.may_be_muted, a.student_id
      from news as n
      join school.admissions as a on a.id = n.entity_id
      where 'admission_student' = any (n.rules)
      union all
      select n.place, n.type, n.is_scheduled, n.may_be_muted, k.teacher_id
      from news as n
      join school.admission_slots as s on s.admission_id = n.entity_id
      join school.classroom_slots as k on k.id = s.classroom_slot_id
      where 'slot_teachers' = any (n.rules)
      union all
      select n.place, n.type, n.is_scheduled, n.may_be_muted, m.id::uuid
      from news as n
      cross join unnest(n.rules) as r (rule)
      cross join lateral (select n.payload -> btrim(r.rule, '{}') as value) as v
      cross join lateral jsonb_array_elements_text(
        case jsonb_typeof(v.value) when 'array' then v.value when 'string' then jsonb_build_array(v.value) else '[]' end
      ) as m (id)
      where r.rule like '{%'
    )
    select array_agg(g.told order by g.place)
    from (
      select
        c.place,
        coalesce(
          jsonb_agg(distinct u.id) filter (
            where u.id is not null
              and not (c.may_be_muted and c.type = any (coalesce(u.muted_notification_types, '{}')))
          ),
          '[]'
        ) as told
      from concerned as c
      -- By key for each: taken together, the planner would read every user there is.
      left join lateral (
        select eu.id, s.muted_notification_types
        from school.users as eu
        left join school.user_settings as s on s.user_id = eu.id
        where eu.id = c.user_id
          and eu.status = 'active'
          and eu.deleted_at is null
          and (c.is_scheduled or eu.id is distinct from p_actor_id)
        offset 0
      ) as u on true
      group by c.place
    ) as g
  );
end;
$$;
comment on function school.recipients(school.news[], uuid) is 'Whom each event is told to.';
