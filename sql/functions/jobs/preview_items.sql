create or replace function jobs.preview_items(p_news school.news[])
returns json
language sql
stable
security invoker
set search_path = ''
as $$
  select json_agg(
    json_build_object(
      'type', n.type,
      'entityType', n.entity_type,
      'entityId', n.entity_id,
      'day', n.day,
      'title', school.notification_text(t.title, v.payload, n.day),
      'body', school.notification_text(t.body, v.payload, n.day),
      'recipients', array(
        select row(u.id, u.name)::api.person_ref
        from jsonb_array_elements_text(n.recipients) with ordinality as r (id, place)
        join school.users as u on u.id = r.id::uuid
        order by r.place
      )
    )
    order by n.place
  )
  from unnest(p_news, school.event_names(p_news), school.recipients(p_news, null)) with ordinality
    as n (type, entity_type, entity_id, day, payload, names, recipients, place)
  cross join lateral (select n.names || n.payload as payload) as v
  join school.notification_types as t on t.type = n.type;
$$;
comment on function jobs.preview_items(school.news[]) is 'The notifications that a job would make.';
