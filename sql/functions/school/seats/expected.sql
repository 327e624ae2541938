-- school.count_expected for whoever may read it; null for nobody.
-- definer: people are counted for everybody, also for those who see few of the rows.
create or replace function school.expected(p_classroom_slot_id uuid, p_date date)
returns integer
language sql
stable
security definer
set search_path = ''
as $$
  select case when auth.may_read_counts() then school.count_expected(p_classroom_slot_id, p_date) end;
$$;
comment on function school.expected(uuid, date) is 'People expected, or seen, in a class on one date; null for nobody.';
grant execute on function school.expected(uuid, date) to school_admin, school_staff, school_teacher, school_analyst;
