-- Takes a tag off a lead of the acting user's, as an admin off any; of other leads nothing is touched.
-- definer: a right to delete rows of a table is a right to lock it, so nobody has one.
create or replace function school.take_tag_off(p_lead_id uuid, p_tag text)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  delete from school.lead_tags as t
  where t.lead_id = p_lead_id
    and t.tag = p_tag
    and (
      auth.is_admin()
      or exists (
        select
        from school.leads as l
        where l.id = p_lead_id
          and l.owner_id = auth.user_id_as('staff')
          and l.deleted_at is null
      )
    );
$$;
comment on function school.take_tag_off(uuid, text) is 'Takes a tag off a lead.';
grant execute on function school.take_tag_off(uuid, text) to school_admin, school_staff;
