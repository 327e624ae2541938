create or replace function school.first_open_stage()
returns uuid
language sql
stable
security invoker
set search_path = ''
as $$
  select s.id
  from school.lead_stages as s
  where s.kind = 'open'
    and s.deleted_at is null
  order by s.position, s.id
  limit 1;
$$;
comment on function school.first_open_stage() is 'The stage in which leads begin that name none.';
grant execute on function school.first_open_stage() to school_admin, school_staff;
