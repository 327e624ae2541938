-- Nothing for a lead that the caller does not see. Admins look into the indexes on phone and e-mail; everybody else
-- into indexes that begin with who sees the lead (their expression is another one), for the server counts what an index
-- fetches, also hidden rows, for everybody to read.
-- One plan serves every lead; to make one for each would cost more than to run it.
-- long: each look-up is one of its own, so that no settings of a login choose another index for it.
-- definer: phones and e-mails are compared without row security, in indexes; the caller's sight is school.lead_sight.
create or replace function school.twins_of(p_lead_ids uuid[])
returns table (lead_id uuid, twin_id uuid)
language plpgsql
stable
rows 10
security definer
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  v_role text;
  v_user_id uuid;
  v_anybody_id constant uuid := uuid '00000000-0000-0000-0000-000000000000';
begin
  select i.role, i.user_id into v_role, v_user_id from auth.identity() as i;
  if v_role in ('admin', 'super_admin') then
    return query
    select l.id, t.id
    from school.leads as l
    cross join lateral (
      (
        select ol.id
        from school.leads as ol
        where ol.phone_key || '' = l.phone_key
          and ol.deleted_at is null
          and ol.id <> l.id
        limit 20
      )
      union
      (
        select ol.id
        from school.leads as ol
        where ol.email || '' = l.email
          and ol.deleted_at is null
          and ol.id <> l.id
        limit 20
      )
      limit 20
    ) as t
    where l.id = any (p_lead_ids)
      and l.deleted_at is null;
    return;
  end if;
  -- Not one look-up with "in": that leaves the planner a choice of indexes, which a login's settings decide.
  return query
  select b.id, t.id
  from school.lead_sight as b
  cross join lateral (
    (
      select s.id
      from school.lead_sight as s
      where s.viewer_role = v_role
        and s.viewer_id = v_user_id
        and '' || s.phone_key = b.phone_key
        and s.id <> b.id
      limit 20
    )
    union
    (
      select s.id
      from school.lead_sight as s
      where s.viewer_role = v_role
        and s.viewer_id = v_anybody_id
        and '' || s.phone_key = b.phone_key
        and s.id <> b.id
      limit 20
    )
    union
    (
      select s.id
      from school.lead_sight as s
      where s.viewer_role = v_role
        and s.viewer_id = v_user_id
        and '' || s.email = b.email
        and s.id <> b.id
      limit 20
    )
    union
    (
      select s.id
      from school.lead_sight as s
      where s.viewer_role = v_role
        and s.viewer_id = v_anybody_id
        and '' || s.email = b.email
        and s.id <> b.id
      limit 20
    )
    limit 20
  ) as t
  where b.id = any (p_lead_ids)
    and b.viewer_role = v_role
    and b.viewer_id in (v_user_id, v_anybody_id);
end;
$$;
comment on function school.twins_of(uuid[]) is
  'Visible leads with the phone or e-mail of visible leads, twenty at most for each.';
grant execute on function school.twins_of(uuid[]) to school_admin, school_staff, school_teacher;
