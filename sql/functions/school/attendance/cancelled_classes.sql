create or replace function school.cancelled_classes(p_attendance_ids uuid[])
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
  where b.id = any (p_attendance_ids);
$$;
comment on function school.cancelled_classes(uuid[]) is 'Dated classes that fall out, as the wire shows them.';
