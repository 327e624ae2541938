create function api.list_leads(
  p_stage_id uuid default null,
  p_owner_id uuid default null,
  p_assigned_teacher_id uuid default null,
  p_follow_up api.follow_up_filter default null,
  p_follow_up_status api.follow_up_status default null,
  p_tag api.short_text default null,
  p_search api.search_text default null,
  p_sort api.lead_sort default 'followUpDate',
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
  v_after text[] := school.decode_cursor(p_cursor, 3);
  v_today date := school.today();
  v_pattern text := lower(school.search_pattern(p_search));
  v_matching uuid[] := case when v_pattern is not null then school.lead_ids_matching(p_search) end;
  v_tagged uuid[] := case when p_tag is not null then school.lead_ids_tagged(p_tag) end;
begin
  if v_after[1] <> p_sort then
    perform school.fail_value('cursor', 'is not a cursor of this list');
  end if;
  return (
    select school.page(array_agg(p.item), array_agg(p.key), p_limit)
    from (
      select
        row_to_json(l) as item,
        json_build_array(
          p_sort, case p_sort when 'createdAt' then l."createdAt"::text else l."followUpDate"::text end, l.id
        ) as key
      from api.lead as l
      where (
        v_after[1] is null
        or p_sort <> 'createdAt'
        or (l."createdAt", l.id) < (v_after[2]::timestamptz, v_after[3]::uuid)
      )
        and (
          v_after[1] is null
          or p_sort <> 'followUpDate'
          or (l."followUpDate", l.id) > (v_after[2]::date, v_after[3]::uuid)
        )
        and (p_stage_id is null or l."stageId" = p_stage_id)
        and (p_owner_id is null or l."ownerId" = p_owner_id)
        and (p_assigned_teacher_id is null or l."assignedTeacherId" = p_assigned_teacher_id)
        and (p_follow_up_status is null or l."followUpStatus" = p_follow_up_status)
        and (p_follow_up is null or l."followUpStatus" = 'open' and case p_follow_up
          when 'overdue' then l."followUpDate" < v_today
          when 'today' then l."followUpDate" = v_today
          else l."followUpDate" > v_today
        end)
        and (v_tagged is null or l.id = any (v_tagged))
        and (p_tag is null or v_tagged is not null or p_tag = any (l.tags))
        and (v_matching is null or l.id = any (v_matching))
        -- Not "exists": the planner would compare every lead before it shows the first.
        and (v_pattern is null or v_matching is not null or (
          select ol.search_text like v_pattern
          from school.leads as ol
          where ol.id = l.id
        ))
      order by
        case when p_sort = 'createdAt' then l."createdAt" end desc,
        case when p_sort = 'createdAt' then l.id end desc,
        l."followUpDate",
        l.id
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_leads is
  'Lists leads: all for admins, their own and the unowned for staff, those assigned to them for teachers.
followUp looks at open follow-ups against the school''s today; search finds parts of name, phone, e-mail and guardian. '
  'Sorted by follow-up date, earliest first, or by creation, newest first.';
grant execute on function api.list_leads to school_admin, school_staff, school_teacher;
