-- The leads in the caller's sight whose text holds p_search. Admins see all, so the index finds theirs. For everybody
-- else the leads in their sight are compared one by one, which the policies see to: no condition that is not leakproof
-- goes into an index before them. So the server, which counts what an index fetches for everybody to read, counts no
-- hidden row.
-- Null when there are many: more than a thousand, or a twentieth of the first hundred; then reading leads in order and
-- comparing each finds a page sooner.
create or replace function school.lead_ids_matching(p_search api.search_text)
returns uuid[]
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_pattern text := lower(school.search_pattern(p_search));
begin
  if (select count(*) >= 5 from school.first_leads() as l where l.search_text like v_pattern) then
    return null;
  end if;
  if auth.is_admin() then
    return school.all_lead_ids_matching(p_search);
  end if;
  return (
    select case when count(*) <= 1000 then coalesce(array_agg(f.id), '{}') end
    from (
      select l.id
      from school.leads as l
      where l.search_text like v_pattern
        and l.deleted_at is null
      limit 1001
    ) as f
  );
end;
$$;
comment on function school.lead_ids_matching(api.search_text) is
  'The visible leads whose name, phone, e-mail or guardian holds a text; null when there are many.';
grant execute on function school.lead_ids_matching(api.search_text) to school_admin, school_staff, school_teacher;
