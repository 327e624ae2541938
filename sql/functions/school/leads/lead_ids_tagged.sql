-- The leads in the caller's sight that bear a tag; null when there are many, as for school.lead_ids_matching.
-- The index on tags serves admins; everybody else reads the tags of the leads in their sight (school.lead_ids_matching).
-- definer: tags are read without asking the policies for each row; the caller's sight is stated.
create or replace function school.lead_ids_tagged(p_tag text)
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_is_admin boolean := auth.is_admin();
  v_staff_id uuid := auth.user_id_as('staff');
  v_teacher_id uuid := auth.user_id_as('teacher');
begin
  if (
    select count(*) >= 5
    from (
      select l.id
      from school.leads as l
      where l.deleted_at is null
        and (
          v_is_admin
          or l.owner_id = v_staff_id
          or (l.owner_id is null and v_staff_id is not null)
          or l.assigned_teacher_id = v_teacher_id
        )
      order by l.follow_up_date, l.id
      limit 100
    ) as f
    -- Not "exists": the planner would begin with the tags, also hidden ones.
    where (select bool_or(t.tag = p_tag) from school.lead_tags as t where t.lead_id = f.id)
  ) then
    return null;
  end if;
  if v_is_admin then
    return (
      select case when count(*) <= 1000 then coalesce(array_agg(f.id), '{}') end
      from (
        select l.id
        from school.lead_tags as t
        join school.leads as l on l.id = t.lead_id
        where t.tag || '' = p_tag
          and l.deleted_at is null
        limit 1001
      ) as f
    );
  end if;
  return (
    select case when count(*) <= 1000 then coalesce(array_agg(f.lead_id), '{}') end
    from (
      select t.lead_id
      from school.lead_tags as t
      where '' || t.tag = p_tag
        and t.lead_is_live
        and (
          t.lead_owner_id = v_staff_id
          or (t.lead_owner_id is null and v_staff_id is not null)
          or t.lead_teacher_id = v_teacher_id
        )
      limit 1001
    ) as f
  );
end;
$$;
comment on function school.lead_ids_tagged(text) is 'The visible leads that bear a tag; null when there are many.';
grant execute on function school.lead_ids_tagged(text) to school_admin, school_staff, school_teacher;
