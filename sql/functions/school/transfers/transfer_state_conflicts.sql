-- Whether a locked admission can be transferred at all: it is active, and the seat is its own. After a renewal it is
-- the renewal's.
create or replace function school.transfer_state_conflicts(
  p_admission school.admissions,
  p_from_classroom_slot_id uuid
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('code', 'invalid_state', 'message', v.message)), '[]')
  from (
    select format('The admission is %s.', (p_admission).status) as message
    where (p_admission).status <> 'active'
    union all
    select 'The admission was renewed: the seat is that of the renewal.'
    where (p_admission).status = 'active'
      and not exists (
        select
        from school.classroom_enrollments as e
        where e.admission_id = (p_admission).id
          and e.classroom_slot_id = p_from_classroom_slot_id
          and e.status = 'active'
      )
  ) as v;
$$;
comment on function school.transfer_state_conflicts(school.admissions, uuid) is
  'What of the state of an admission stands against a transfer.';
