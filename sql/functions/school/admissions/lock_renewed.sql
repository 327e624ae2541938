-- Shares the lead, then locks an admission and all those it renewed, by id: the seats of the one may go back to
-- another. For admins, and for the staff member who owns the lead; nobody else locks anything.
create or replace function school.lock_renewed(p_admission_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if not auth.is_admin() and not exists (
    select
    from school.admissions as a
    where a.id = p_admission_id
      and a.lead_owner_id = auth.user_id_as('staff')
  ) then
    return;
  end if;
  perform school.share_lead_of(p_admission_id);
  perform
  from school.admissions as a
  where a.id = any (array(
    with recursive renewed as (
      select oa.id, oa.renewed_from_id
      from school.admissions as oa
      where oa.id = p_admission_id
      union all
      select oa.id, oa.renewed_from_id
      from renewed as n
      join school.admissions as oa on oa.id = n.renewed_from_id
    )
    select r.id from renewed as r
  ))
  order by a.id
  for no key update;
end;
$$;
comment on function school.lock_renewed(uuid) is 'Locks an admission and those it renewed.';
