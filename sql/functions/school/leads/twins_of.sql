-- Nothing for a lead that the caller does not see. Mostly there is no twin, and then nobody is asked who looks.
-- definer: the indexes on phone and e-mail serve the owner only; the caller's sight is stated.
create or replace function school.twins_of(p_lead_id uuid)
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_lead school.leads;
  v_is_admin boolean;
  v_staff_id uuid;
  v_teacher_id uuid;
begin
  select * into v_lead from school.leads as l where l.id = p_lead_id;
  if not exists (
    select from school.leads as o where o.phone_key || '' = v_lead.phone_key and o.id <> p_lead_id and o.deleted_at is null
  ) and not exists (
    select from school.leads as o where o.email || '' = v_lead.email and o.id <> p_lead_id and o.deleted_at is null
  ) then
    return array[]::uuid[];
  end if;
  v_is_admin := auth.is_admin();
  v_staff_id := auth.user_id_as('staff');
  v_teacher_id := auth.user_id_as('teacher');
  return array(
    select t.id
    from (
      (
        select o.id
        from school.leads as o
        where o.phone_key || '' = v_lead.phone_key
          and o.deleted_at is null
          and (
            v_is_admin
            or o.owner_id = v_staff_id
            or (o.owner_id is null and v_staff_id is not null)
            or o.assigned_teacher_id = v_teacher_id
          )
        limit 21
      )
      union
      (
        select o.id
        from school.leads as o
        where o.email || '' = v_lead.email
          and o.deleted_at is null
          and (
            v_is_admin
            or o.owner_id = v_staff_id
            or (o.owner_id is null and v_staff_id is not null)
            or o.assigned_teacher_id = v_teacher_id
          )
        limit 21
      )
    ) as t
    where t.id <> p_lead_id
      and (
        v_is_admin
        or v_lead.owner_id = v_staff_id
        or (v_lead.owner_id is null and v_staff_id is not null)
        or v_lead.assigned_teacher_id = v_teacher_id
      )
    limit 20
  );
end;
$$;
comment on function school.twins_of(uuid) is 'Visible leads with the phone or e-mail of a visible lead, twenty at most.';
grant execute on function school.twins_of(uuid) to school_admin, school_staff, school_teacher;
