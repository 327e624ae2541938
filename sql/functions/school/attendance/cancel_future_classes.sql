-- Cancels the classes of an admission that have not begun and closes the requests to move any of its classes. What has
-- begun stays. Locks the rows by id.
create or replace function school.cancel_future_classes(p_admission_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform
  from school.attendance as b
  where b.admission_id = p_admission_id
    and b.status = 'scheduled'
  order by b.id
  for update;
  update school.attendance as b
  set status = 'cancelled'
  where b.admission_id = p_admission_id
    and b.status = 'scheduled'
    and not school.has_begun(b.class_date, b.start_time);
  perform school.close_requests(
    array(select b.id from school.attendance as b where b.admission_id = p_admission_id),
    'The admission was cancelled.'
  );
end;
$$;
comment on function school.cancel_future_classes(uuid) is 'Cancels what is still to come of an admission.';
