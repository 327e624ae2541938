-- Nothing for a lead that the caller does not see. Admins look into the indexes on phone and e-mail; everybody else into
-- indexes that begin with who sees the lead (their expression is another one), for the server counts what an index
-- fetches, also hidden rows, for everybody to read.
-- definer: phones and e-mails are compared without row security, in indexes; the caller's sight is school.visible_lead.
create or replace function school.twins_of(p_lead_id uuid)
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_lead school.leads;
begin
  select * into v_lead from school.visible_lead as l where l.id = p_lead_id;
  if auth.is_admin() then
    return array(
      select t.id
      from (
        (select o.id from school.leads as o where o.phone_key || '' = v_lead.phone_key and o.deleted_at is null limit 21)
        union
        (select o.id from school.leads as o where o.email || '' = v_lead.email and o.deleted_at is null limit 21)
      ) as t
      where t.id <> p_lead_id
      limit 20
    );
  end if;
  return array(
    select t.id
    from (
      (select o.id from school.visible_lead as o where '' || o.phone_key = v_lead.phone_key limit 21)
      union
      (select o.id from school.visible_lead as o where '' || o.email = v_lead.email limit 21)
    ) as t
    where t.id <> p_lead_id
    limit 20
  );
end;
$$;
comment on function school.twins_of(uuid) is 'Visible leads with the phone or e-mail of a visible lead, twenty at most.';
grant execute on function school.twins_of(uuid) to school_admin, school_staff, school_teacher;
