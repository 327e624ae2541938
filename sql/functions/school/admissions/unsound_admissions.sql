-- Part of school.check_invariants: an admission has no classes to come after its end, a payment, and a lead of its own.
-- How many classes it has: school.unsound_classes.
create or replace function school.unsound_admissions()
returns table (code text, entity_id uuid, detail text)
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_now timestamp := school.local_now();
begin
  return query
  select 'scheduled_class_of_a_cancelled_admission', b.id, b.class_date::text
  from school.attendance as b
  join school.admissions as a on a.id = b.admission_id
  where a.status = 'cancelled'
    and b.status = 'scheduled'
    and b.class_date >= v_now::date
    and b.class_date + b.start_time > v_now
  union all
  select 'completed_admission_with_classes_to_come', b.id, b.class_date::text
  from school.attendance as b
  join school.admissions as a on a.id = b.admission_id
  where a.status = 'completed'
    and b.status = 'scheduled'
    and b.class_date >= v_now::date
    and b.class_date + b.start_time > v_now
  union all
  select 'admission_without_a_payment', a.id, ''
  from school.admissions as a
  where not exists (select from school.admission_payments as p where p.admission_id = a.id)
  union all
  select 'lead_admitted_twice', a.lead_id, ''
  from school.admissions as a
  where a.lead_id is not null
    and a.renewed_from_id is null
  group by a.lead_id
  having count(*) > 1;
end;
$$;
comment on function school.unsound_admissions() is
  'Admissions whose classes to come, payment or lead are not as their status says.';
