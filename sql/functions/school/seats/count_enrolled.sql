-- Enrolled: active enrollments of a class, nothing else; a row for each class that is asked for. For functions that
-- count over all rows.
create or replace function school.count_enrolled(p_classroom_slot_ids uuid[])
returns table (classroom_slot_id uuid, enrolled integer)
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return query
  select i.id, (
    select count(*)::integer
    from school.classroom_enrollments as e
    where e.classroom_slot_id = i.id
      and e.status = 'active'
  )
  from unnest(p_classroom_slot_ids) as i (id);
end;
$$;
comment on function school.count_enrolled(uuid[]) is 'Seats taken of weekly classes.';
