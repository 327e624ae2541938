-- A renewal that was cancelled may itself have been renewed before: that one holds the seats then.
create or replace function school.is_continued(p_admission_id uuid)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  with recursive renewals as (
    select na.id, na.status
    from school.admissions as na
    where na.renewed_from_id = p_admission_id
    union all
    select na.id, na.status
    from renewals as r
    join school.admissions as na on na.renewed_from_id = r.id
    where r.status = 'cancelled'
  )
  select exists (select from renewals as r where r.status <> 'cancelled');
$$;
comment on function school.is_continued(uuid) is 'Whether a renewal took the seats of an admission over.';
