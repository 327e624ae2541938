create or replace function school.cancelled_by_closure(p_closure_id uuid)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select school.cancelled_classes(array(select b.id from school.attendance as b where b.closure_id = p_closure_id));
$$;
comment on function school.cancelled_by_closure(uuid) is 'The classes a closure cancelled.';
