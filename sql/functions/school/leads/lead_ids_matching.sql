-- The leads in the caller's sight whose text holds p_search. Admins see all, so the index on runs of characters finds
-- theirs; it cannot serve a query under row security, since text search is not leakproof. For everybody else the leads in
-- their sight are compared one by one: the server counts what an index fetches, also hidden rows, for everybody to read.
-- The caller's own policies judge the answer again. Null when there are many: more than a thousand, or a twentieth of
-- the first hundred; then reading leads in order and comparing each finds a page sooner.
-- definer: the comparison is made without row security; the caller's sight is stated.
create or replace function school.lead_ids_matching(p_search api.search_text)
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_query tsquery := school.grams_query(lower(school.clean(p_search)));
  v_pattern text := lower(school.search_pattern(p_search));
  v_is_admin boolean := auth.is_admin();
  v_staff_id uuid := auth.user_id_as('staff');
  v_teacher_id uuid := auth.user_id_as('teacher');
begin
  if (
    select count(*) >= 5
    from (
      select l.search_text
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
    where f.search_text like v_pattern
  ) then
    return null;
  end if;
  if v_is_admin then
    return (
      select case when count(*) <= 1000 then coalesce(array_agg(f.id), '{}') end
      from (
        select l.id
        from school.leads as l
        where array_to_tsvector(l.search_grams) @@ v_query
          and l.search_text like v_pattern
          and l.deleted_at is null
        limit 1001
      ) as f
    );
  end if;
  return (
    select case when count(*) <= 1000 then coalesce(array_agg(f.id), '{}') end
    from (
      select l.id
      from school.leads as l
      where l.search_text like v_pattern
        and l.deleted_at is null
        and (
          l.owner_id = v_staff_id
          or (l.owner_id is null and v_staff_id is not null)
          or l.assigned_teacher_id = v_teacher_id
        )
      limit 1001
    ) as f
  );
end;
$$;
comment on function school.lead_ids_matching(api.search_text) is 'The visible leads whose name, phone, e-mail or guardian holds a text; null when there are many.';
grant execute on function school.lead_ids_matching(api.search_text) to school_admin, school_staff, school_teacher;
