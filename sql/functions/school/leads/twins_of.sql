-- Nothing for a lead that the caller does not see. Admins look into the indexes on phone and e-mail; everybody else
-- into indexes that begin with who sees the lead (their expression is another one), for the server counts what an index
-- fetches, also hidden rows, for everybody to read.
-- One plan serves every lead; to make one for each would cost more than to run it.
-- long: each look-up is a statement of its own, so that no settings of a login choose another index for it.
-- definer: phones and e-mails are compared without row security, in indexes; the caller's sight is school.lead_sight.
create or replace function school.twins_of(p_lead_id uuid)
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  v_role text;
  v_user_id uuid;
  v_anybody_id constant uuid := uuid '00000000-0000-0000-0000-000000000000';
  v_phone text;
  v_email text;
begin
  select i.role, i.user_id into v_role, v_user_id from auth.identity() as i;
  select s.phone_key, s.email
  into v_phone, v_email
  from school.lead_sight as s
  where s.id = p_lead_id
    and s.viewer_role = v_role
    and s.viewer_id in (v_user_id, v_anybody_id);
  if v_role in ('admin', 'super_admin') then
    return array(
      select t.id
      from (
        (select l.id from school.leads as l where l.phone_key || '' = v_phone and l.deleted_at is null limit 21)
        union
        (select l.id from school.leads as l where l.email || '' = v_email and l.deleted_at is null limit 21)
      ) as t
      where t.id <> p_lead_id
      limit 20
    );
  end if;
  -- Not one look-up with "in": that leaves the planner a choice of indexes, which a login's settings decide.
  return array(
    select t.id
    from (
      (
        select s.id
        from school.lead_sight as s
        where s.viewer_role = v_role
          and s.viewer_id = v_user_id
          and '' || s.phone_key = v_phone
        limit 21
      )
      union
      (
        select s.id
        from school.lead_sight as s
        where s.viewer_role = v_role
          and s.viewer_id = v_anybody_id
          and '' || s.phone_key = v_phone
        limit 21
      )
      union
      (
        select s.id
        from school.lead_sight as s
        where s.viewer_role = v_role
          and s.viewer_id = v_user_id
          and '' || s.email = v_email
        limit 21
      )
      union
      (
        select s.id
        from school.lead_sight as s
        where s.viewer_role = v_role
          and s.viewer_id = v_anybody_id
          and '' || s.email = v_email
        limit 21
      )
    ) as t
    where t.id <> p_lead_id
    limit 20
  );
end;
$$;
comment on function school.twins_of(uuid) is
  'Visible leads with the phone or e-mail of a visible lead, twenty at most.';
grant execute on function school.twins_of(uuid) to school_admin, school_staff, school_teacher;
