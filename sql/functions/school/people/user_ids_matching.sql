-- Null when there are many: more than a thousand, or a twentieth of the first hundred by name; then reading people in
-- order and comparing each finds a page sooner. As for leads (school.lead_ids_matching).
-- definer: under row security no index serves a comparison that is not leakproof; nothing for who is no admin.
create or replace function school.user_ids_matching(p_search api.search_text)
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_pattern text := lower(school.search_pattern(p_search));
begin
  if not auth.is_admin() or (
    select count(*) >= 5
    from (select u.* from school.users as u where u.deleted_at is null order by u.name || '', u.id limit 100) as u
    where concat_ws(e'\n', u.name, u.email, u.phone) ilike v_pattern
  ) then
    return null;
  end if;
  return (
    select case when count(*) <= 1000 then coalesce(array_agg(f.id), '{}') end
    from (
      select u.id
      from school.users as u
      where lower(u.name || e'\n' || coalesce(u.email, '') || e'\n' || coalesce(u.phone, '')) like v_pattern
        and u.deleted_at is null
      limit 1001
    ) as f
  );
end;
$$;
comment on function school.user_ids_matching(api.search_text) is
  'For admins: the users whose name, e-mail or phone holds a text, from the index; null when there are many.';
grant execute on function school.user_ids_matching(api.search_text) to school_admin;
