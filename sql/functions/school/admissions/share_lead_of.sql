-- Shares the lead of an admission, if it has one, so that the lead's owner stays until the admission is written: the
-- lead comes first in the order of locks.
create or replace function school.share_lead_of(p_admission_id uuid)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  select from school.leads as l
  where l.id = (select a.lead_id from school.admissions as a where a.id = p_admission_id)
  for share;
$$;
comment on function school.share_lead_of(uuid) is 'Takes the lock on the lead of an admission.';
