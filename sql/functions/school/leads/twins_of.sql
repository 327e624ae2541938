-- Nothing for a lead that the caller does not see. Admins look into the indexes on phone and e-mail; everybody else into
-- indexes that begin with who sees the lead (their expression is another one), for the server counts what an index
-- fetches, also hidden rows, for everybody to read.
-- definer: phones and e-mails are compared without row security; the caller's sight is stated.
create or replace function school.twins_of(p_lead_id uuid)
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_lead school.leads;
  v_user_id uuid;
  v_role text;
  v_staff_id uuid;
  v_teacher_id uuid;
begin
  select i.user_id, i.role into v_user_id, v_role from auth.identity() as i;
  if v_role in ('admin', 'super_admin') then
    return array(
      select t.id
      from (
        (
          select o.id
          from school.leads as l
          join school.leads as o on o.phone_key || '' = l.phone_key
          where l.id = p_lead_id
            and o.deleted_at is null
          limit 21
        )
        union
        (
          select o.id
          from school.leads as l
          join school.leads as o on o.email || '' = l.email
          where l.id = p_lead_id
            and o.deleted_at is null
          limit 21
        )
      ) as t
      where t.id <> p_lead_id
      limit 20
    );
  end if;
  v_staff_id := case when v_role = 'staff' then v_user_id end;
  v_teacher_id := case when v_role = 'teacher' then v_user_id end;
  select *
  into v_lead
  from school.leads as l
  where l.id = p_lead_id
    and (
      l.owner_id = v_staff_id
      or (l.owner_id is null and v_staff_id is not null)
      or l.assigned_teacher_id = v_teacher_id
    );
  return array(
    select t.id
    from (
      (
        select o.id
        from school.leads as o
        where (o.owner_id = v_staff_id or (o.owner_id is null and v_staff_id is not null))
          and '' || o.phone_key = v_lead.phone_key
          and o.deleted_at is null
        limit 21
      )
      union
      (
        select o.id
        from school.leads as o
        where (o.owner_id = v_staff_id or (o.owner_id is null and v_staff_id is not null))
          and '' || o.email = v_lead.email
          and o.deleted_at is null
        limit 21
      )
      union
      (
        select o.id
        from school.leads as o
        where o.assigned_teacher_id = v_teacher_id
          and ('' || o.phone_key = v_lead.phone_key or '' || o.email = v_lead.email)
          and o.deleted_at is null
        limit 21
      )
    ) as t
    where t.id <> p_lead_id
    limit 20
  );
end;
$$;
comment on function school.twins_of(uuid) is 'Visible leads with the phone or e-mail of a visible lead, twenty at most.';
grant execute on function school.twins_of(uuid) to school_admin, school_staff, school_teacher;
