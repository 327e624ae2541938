-- Locks all that the marks are judged by, then marks the rows by id, so that nobody is waited for in a circle.
-- definer: attendance is nobody's to write; who may mark what is judged in school.mark.
create function api.mark_attendances(p_items api.marks)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if (select count(*) <> count(distinct lower(i ->> 'id')) from jsonb_array_elements(p_items) as i) then
    perform school.fail_value('items', 'names a class twice');
  end if;
  perform school.lock_marks(
    array(select (i ->> 'id')::uuid from jsonb_array_elements(p_items) as i),
    array(select (i ->> 'id')::uuid from jsonb_array_elements(p_items) as i where i ->> 'status' = 'scheduled')
  );
  perform school.mark(m.id, m.status, m.note)
  from (
    select (i ->> 'id')::uuid as id, i ->> 'status' as status, i ->> 'note' as note
    from jsonb_array_elements(p_items) as i
    order by 1
  ) as m;
  return json_build_object('items', (
    select json_agg(row_to_json(b) order by i.position)
    from jsonb_array_elements(p_items) with ordinality as i (item, position)
    join api.attendance as b on b.id = (i.item ->> 'id')::uuid
  ));
end;
$$;
comment on function api.mark_attendances is 'Marks several classes, or takes marks back, all or none.
Answers: marked_classes.
Refusals: not_found, invalid_state (cancelled class, blocked admission, not to be scheduled), class_in_future, '
  'too_late_to_mark.';
grant execute on function api.mark_attendances to school_admin, school_teacher;
