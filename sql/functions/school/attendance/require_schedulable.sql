-- Whether a marked class that has not begun may be scheduled again, as whoever scheduled it would judge today. The
-- caller holds the locks of school.lock_marks and the row. Raises invalid_state.
create or replace function school.require_schedulable(p_attendance_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_reason text;
begin
  select case
    when a.status <> 'active' then format('The admission is %s.', a.status)
    when school.is_closed(b.class_date) then 'The school is closed on that date.'
    when k.deleted_at is not null then 'The weekly class is deleted.'
    when b.teacher_id <> school.teacher_on(k.id, b.class_date) then 'Somebody else teaches the class on that date.'
    when exists (
      select
      from school.pauses as p
      where p.admission_id = a.id
        and b.class_date between p.start_date and p.end_date
    ) then 'The plan pauses on that date.'
  end
  into v_reason
  from school.attendance as b
  join school.admissions as a on a.id = b.admission_id
  join school.classroom_slots as k on k.id = b.classroom_slot_id
  where b.id = p_attendance_id
    and not school.has_begun(b.class_date, b.start_time);
  if v_reason is not null then
    perform school.fail('invalid_state', v_reason || ' The class, still to come, keeps a mark.');
  end if;
end;
$$;
comment on function school.require_schedulable(uuid) is 'Refuses to schedule a class again that would not be held.';
