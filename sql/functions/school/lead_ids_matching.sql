-- The leads in the caller's sight whose text holds p_search, found by the index on runs of three characters. The index
-- cannot serve a query under row security itself, since array operators are not leakproof; so the candidates come from
-- here, for the caller's eyes only, and the caller's own policies judge them again. Null when there are more than a
-- thousand: then reading leads in order and comparing each finds a page sooner.
-- definer: the index is used without row security; the caller's sight is stated.
create or replace function school.lead_ids_matching(p_search text)
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_grams text[] := school.grams(lower(school.clean(p_search)));
  v_pattern text := lower(school.search_pattern(p_search));
  v_is_admin boolean := auth.is_admin();
  v_staff_id uuid := auth.user_id_as('staff');
  v_teacher_id uuid := auth.user_id_as('teacher');
begin
  return (
    select case when count(*) <= 1000 then coalesce(array_agg(f.id), '{}') end
    from (
      select l.id
      from school.leads as l
      where l.search_grams @> v_grams
        and l.search_text like v_pattern
        and l.deleted_at is null
        and (
          v_is_admin
          or l.owner_id = v_staff_id
          or (l.owner_id is null and v_staff_id is not null)
          or l.assigned_teacher_id = v_teacher_id
        )
      limit 1001
    ) as f
  );
end;
$$;
comment on function school.lead_ids_matching(text) is 'The visible leads whose name, phone, e-mail or guardian holds a text of three or more characters.';
grant execute on function school.lead_ids_matching(text) to school_admin, school_staff, school_teacher;
