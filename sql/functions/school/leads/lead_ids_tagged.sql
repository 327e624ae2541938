-- The leads in the caller's sight that bear one of the tags; null when there are many, as for school.lead_ids_matching.
-- The index on tags serves admins; everybody else reads the tags of the leads in their sight.
create or replace function school.lead_ids_tagged(p_tags api.short_text[])
returns uuid[]
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
begin
  if (
    select count(*) >= 5
    from school.first_leads() as l
    -- Not "exists": the planner would begin with the tags.
    where (select bool_or(t.tag = any (p_tags)) from school.lead_tags as t where t.lead_id = l.id)
  ) then
    return null;
  end if;
  if auth.is_admin() then
    return school.all_lead_ids_tagged(p_tags);
  end if;
  return (
    select case when count(*) <= 1000 then coalesce(array_agg(f.lead_id), '{}') end
    from (
      select t.lead_id
      from school.lead_tags as t
      where '' || t.tag = any (p_tags)
      limit 1001
    ) as f
  );
end;
$$;
comment on function school.lead_ids_tagged(api.short_text[]) is
  'The visible leads that bear one of the tags; null when there are many.';
grant execute on function school.lead_ids_tagged(api.short_text[]) to school_admin, school_staff, school_teacher;
