-- What happened in one transaction has one time: by place, then, which for changes is their order.
create function api.list_lead_timeline(
  p_lead_id uuid,
  p_kind api.timeline_kind[] default null,
  p_sort api.timeline_sort default '-at',
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
  perform api.get_lead(p_lead_id);
  return (
    with listed as not materialized (
      select h.at, h.place, h.id, h.kind, h.actor_id, h.body, h.field, h.status, h.course_id, h.date
      from school.happenings_of_lead(p_lead_id) as h
      where (p_kind is null or school.is_one_of(h.kind, p_kind))
    )
    select school.page(array_agg(p.item), array_agg(p.key), p_limit, case when p_count then (
      select count(*) from (select from listed limit school.most_counted() + 1) as c
    ) end)
    from (
      select
        row_to_json(row(
          l.at,
          l.kind,
          l.id,
          row(l.actor_id, school.user_name(l.actor_id))::api.actor_ref,
          l.body,
          l.field,
          e.old,
          e."oldName",
          e.new,
          e."newName",
          l.status,
          (select row(c.id, c.name)::api.course_ref from school.courses as c where c.id = l.course_id),
          l.date
        )::api.happening) as item,
        json_build_array(p_sort, l.at, l.place, l.id) as key
      from listed as l
      left join api.lead_audit_event as e on e.id = l.id
      where v_after[1] is null or case when v_down
        then (l.at, l.place, l.id) < (v_after[1]::timestamptz, v_after[2]::bigint, v_after[3]::uuid)
        else (l.at, l.place, l.id) > (v_after[1]::timestamptz, v_after[2]::bigint, v_after[3]::uuid)
      end
      order by
        case when v_down then l.at end desc,
        case when v_down then l.place end desc,
        case when v_down then l.id end desc,
        l.at,
        l.place,
        l.id
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_lead_timeline is
  'Lists what happened to a lead, newest first: notes, changes (follow-ups and demos by kinds of their own), trials, '
  'waiting and admissions, as far as the caller sees these.
A trial, and an entry of the waiting list, are there twice once they have ended.
Refusals: not_found.';
grant execute on function api.list_lead_timeline to school_admin, school_staff, school_teacher;
