create or replace function school.cancelled_by_closure(p_closure_id uuid)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    school.class_item(b) || jsonb_build_object('attendanceId', b.id)
    order by b.class_date, b.start_time, b.id
  ), '[]')
  from school.attendance as b
  where b.closure_id = p_closure_id;
$$;
comment on function school.cancelled_by_closure(uuid) is 'The classes a closure cancelled.';
