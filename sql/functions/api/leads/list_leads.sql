-- long: one condition for each member that can be asked for.
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
  v_teacher_id uuid := auth.user_id_as('teacher');
  v_tagged uuid[] := case when p_tag is not null then school.lead_ids_tagged(p_tag) end;
begin
  if v_after[1] <> p_sort then
    perform school.fail_value('cursor', 'is not a cursor of this list');
  end if;
  return school.page_of_leads(
    array(
      select l.id
      from school.leads as l
      where l.deleted_at is null
        and (
          v_after[1] is null
          or p_sort <> 'createdAt'
          or (l.created_at, l.id) < (v_after[2]::timestamptz, v_after[3]::uuid)
        )
        and (
          v_after[1] is null
          or p_sort <> 'followUpDate'
          or (l.follow_up_date, l.id) > (v_after[2]::date, v_after[3]::uuid)
        )
        -- As the policy has it: by one value the planner knows an index in order.
        and (v_teacher_id is null or l.assigned_teacher_id = v_teacher_id)
        and (p_stage_id is null or l.stage_id = p_stage_id)
        and (p_owner_id is null or l.owner_id = p_owner_id)
        and (p_assigned_teacher_id is null or l.assigned_teacher_id = p_assigned_teacher_id)
        and (p_follow_up_status is null or l.follow_up_status = p_follow_up_status)
        and (p_follow_up is null or l.follow_up_status = 'open' and case p_follow_up
          when 'overdue' then l.follow_up_date < v_today
          when 'today' then l.follow_up_date = v_today
          else l.follow_up_date > v_today
        end)
        and (v_tagged is null or l.id = any (v_tagged))
        -- Not "exists": the planner would begin with the tags, or compare every lead before it shows the first.
        and (p_tag is null or v_tagged is not null or (
          select bool_or(t.tag = p_tag)
          from school.lead_tags as t
          where t.lead_id = l.id
        ))
        and (v_matching is null or l.id = any (v_matching))
        and (v_pattern is null or v_matching is not null or (
          select ol.search_text like v_pattern
          from school.leads as ol
          where ol.id = l.id
        ))
      order by
        case when p_sort = 'createdAt' then l.created_at end desc,
        case when p_sort = 'createdAt' then l.id end desc,
        l.follow_up_date,
        l.id
      limit p_limit + 1
    ),
    p_sort,
    p_limit
  );
end;
$$;
comment on function api.list_leads is
  'Lists leads: all for admins, their own and the unowned for staff, those assigned to them for teachers.
followUp looks at open follow-ups against the school''s today; search finds parts of name, phone, e-mail and guardian. '
  'Sorted by follow-up date, earliest first, or by creation, newest first.';
grant execute on function api.list_leads to school_admin, school_staff, school_teacher;
