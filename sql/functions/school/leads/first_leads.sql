-- The hundred leads with which the caller's list begins: what many of them have in common, a page of the list finds
-- sooner than an index does.
create or replace function school.first_leads()
returns setof school.leads
language sql
stable
security invoker
set search_path = ''
as $$
  select *
  from school.leads as l
  where l.deleted_at is null
  order by l.follow_up_date, l.id
  limit 100;
$$;
comment on function school.first_leads() is 'The first hundred leads in the caller''s sight, by follow-up date.';
grant execute on function school.first_leads() to school_admin, school_staff, school_teacher;
