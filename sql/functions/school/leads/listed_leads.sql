-- long: one condition for each member that can be asked for.
-- What api.list_leads and api.count_leads answer, of the same leads: of what was not asked for, nothing is planned.
create or replace function school.listed_leads(
  p_counts boolean,
  p_stage_id uuid[],
  p_owner_id uuid[],
  p_assigned_teacher_id uuid[],
  p_follow_up api.follow_up_filter[],
  p_follow_up_status api.follow_up_status[],
  p_tag api.short_text[],
  p_search api.search_text,
  p_sort api.short_text default 'followUpDate',
  p_count boolean default false,
  p_limit integer default 0,
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
  v_after text[] := school.decode_cursor(p_cursor, p_sort, 2);
  v_down boolean := left(p_sort, 1) = '-';
  v_by_age boolean := p_sort in ('createdAt', '-createdAt');
  v_today date := school.today();
  v_pattern text := lower(school.search_pattern(p_search));
  v_matching uuid[] := case when v_pattern is not null then school.lead_ids_matching(p_search) end;
  v_teacher_id uuid := auth.user_id_as('teacher');
  v_tagged uuid[] := case when p_tag is not null then school.lead_ids_tagged(p_tag) end;
begin
  return (
    with listed as not materialized (
      select l.id, l.created_at, l.follow_up_date, l.follow_up_status, l.stage_id
      from school.leads as l
      where l.deleted_at is null
        -- As the policy has it: by one value the planner knows an index in order.
        and (v_teacher_id is null or l.assigned_teacher_id = v_teacher_id)
        and (p_stage_id is null or school.is_one_of(l.stage_id, p_stage_id))
        and (p_owner_id is null or school.is_one_of(l.owner_id, p_owner_id))
        and (p_assigned_teacher_id is null or school.is_one_of(l.assigned_teacher_id, p_assigned_teacher_id))
        and (p_follow_up_status is null or school.is_one_of(l.follow_up_status, p_follow_up_status))
        and (p_follow_up is null or l.follow_up_status = 'open' and (
          'overdue' = any (p_follow_up) and l.follow_up_date < v_today
          or 'today' = any (p_follow_up) and l.follow_up_date = v_today
          or 'upcoming' = any (p_follow_up) and l.follow_up_date > v_today
        ))
        and (v_tagged is null or l.id = any (v_tagged))
        -- Not "exists": the planner would begin with the tags, or compare every lead before it shows the first.
        and (p_tag is null or v_tagged is not null or (
          select bool_or(t.tag = any (p_tag))
          from school.lead_tags as t
          where t.lead_id = l.id
        ))
        and (v_matching is null or l.id = any (v_matching))
        and (v_pattern is null or v_matching is not null or (
          select ol.search_text like v_pattern
          from school.leads as ol
          where ol.id = l.id
        ))
    )
    select case when p_counts then (
      with grouped as (
        select
          l.stage_id,
          case
            when l.follow_up_status <> 'open' then 'done'
            when l.follow_up_date < v_today then 'overdue'
            when l.follow_up_date = v_today then 'today'
            else 'upcoming'
          end as bucket,
          count(*) as leads
        from listed as l
        group by 1, 2
      )
      select row_to_json(row(
        array(
          select row(
            row(s.id, s.name)::api.lead_stage_ref,
            (select coalesce(sum(g.leads), 0) from grouped as g where g.stage_id = s.id)
          )::api.stage_count
          from school.lead_stages as s
          where s.deleted_at is null
          order by s.position, s.id
        ),
        (
          select row(
            coalesce(sum(g.leads) filter (where g.bucket = 'overdue'), 0),
            coalesce(sum(g.leads) filter (where g.bucket = 'today'), 0),
            coalesce(sum(g.leads) filter (where g.bucket = 'upcoming'), 0),
            coalesce(sum(g.leads) filter (where g.bucket = 'done'), 0)
          )::api.follow_ups
          from grouped as g
        )
      )::api.lead_counts)
    ) else school.page_of_leads(
      array(
        select l.id
        from listed as l
        where v_after[1] is null or case
          when v_by_age and v_down then (l.created_at, l.id) < (v_after[1]::timestamptz, v_after[2]::uuid)
          when v_by_age then (l.created_at, l.id) > (v_after[1]::timestamptz, v_after[2]::uuid)
          when v_down then (l.follow_up_date, l.id) < (v_after[1]::date, v_after[2]::uuid)
          else (l.follow_up_date, l.id) > (v_after[1]::date, v_after[2]::uuid)
        end
        order by
          case when v_by_age and v_down then l.created_at end desc,
          case when v_by_age then l.created_at end,
          case when not v_by_age and v_down then l.follow_up_date end desc,
          case when not v_by_age then l.follow_up_date end,
          case when v_down then l.id end desc,
          l.id
        limit p_limit + 1
      ),
      p_sort,
      p_limit,
      case when p_count then (
        select count(*) from (select from listed limit school.most_counted() + 1) as c
      ) end
    ) end
  );
end;
$$;
comment on function school.listed_leads is
  'The leads that are asked for, as far as the caller sees them: a page of them, or their counts.';
grant execute on function school.listed_leads to school_admin, school_staff, school_teacher;
