-- Who is told of an event, before preferences: whom the type concerns, less the one who did it (scheduled notices go to
-- all). Disabled and deleted users are skipped.
create or replace function school.recipients(p_type text, p_entity_id uuid, p_actor_id uuid, p_payload jsonb)
returns uuid[]
language sql
stable
security invoker
set search_path = ''
as $$
  with concerned (id) as (
    select unnest(array[(p_payload ->> 'ownerId')::uuid, (p_payload ->> 'assignedTeacherId')::uuid])
    where p_type = 'lead.assigned'
    union
    select unnest(school.admins())
    where p_type in (
      'reschedule.requested', 'admission.created', 'admission.blocked', 'admission.unblocked', 'admission.cancelled',
      'admission.refused', 'access.requested', 'classes.remaining_4', 'classes.remaining_0'
    )
    union
    select unnest(array[(p_payload ->> 'teacherId')::uuid, case when p_type <> 'reschedule.requested' then (p_payload ->> 'studentId')::uuid end])
    where p_type like 'reschedule.%'
    union
    select a.student_id
    from school.admissions as a
    where a.id = p_entity_id
      and (p_type like 'admission.%' or p_type like 'classes.%')
    union
    select k.teacher_id
    from school.admission_slots as s
    join school.classroom_slots as k on k.id = s.classroom_slot_id
    where s.admission_id = p_entity_id
      and p_type like 'admission.%'
    union
    select school.lead_owner((p_payload ->> 'leadId')::uuid)
    where p_type like 'admission.%'
      or p_type like 'classes.%'
    union
    select unnest(coalesce(array[school.lead_owner(p_entity_id)], '{}'))
    where p_type = 'follow_up.due'
    union
    select unnest(school.admins())
    where p_type = 'follow_up.due'
      and school.lead_owner(p_entity_id) is null
  )
  select coalesce(array_agg(u.id order by u.id), '{}')
  from concerned as c
  join school.users as u on u.id = c.id
  where u.status = 'active'
    and u.deleted_at is null
    and (
      u.id is distinct from p_actor_id
      or p_type like 'classes.%'
      or p_type = 'follow_up.due'
    );
$$;
comment on function school.recipients(text, uuid, uuid, jsonb) is 'Whom an event concerns.';
