-- definer: people are counted for everybody, also for those who see few of the rows.
create or replace function school.expected(p_classroom_slot_id uuid, p_date date)
returns integer
language sql
stable
security definer
set search_path = ''
as $$
  select count(*)::integer
  from school.attendance as b
  where b.classroom_slot_id = p_classroom_slot_id
    and b.class_date = p_date
    and b.status <> 'cancelled';
$$;
comment on function school.expected(uuid, date) is 'People expected, or seen, in a class on one date.';
grant execute on function school.expected(uuid, date) to school_admin, school_staff, school_teacher, school_analyst;
