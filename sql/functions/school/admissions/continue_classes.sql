-- Makes the dated classes of a renewal: after the last class of the old admission, and not before now.
-- Raises no_class_dates.
create or replace function school.continue_classes(p_old_id uuid, p_new_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_new school.admissions;
  v_added integer;
begin
  select * into v_new from school.admissions as a where a.id = p_new_id;
  v_added := school.add_classes(p_new_id, school.next_dates(p_old_id, v_new.total_classes));
  if v_added < v_new.total_classes then
    perform school.fail(
      'no_class_dates',
      format('Only %s of %s classes find a date within three years.', v_added, v_new.total_classes)
    );
  end if;
  perform school.note_dates_changed(array[v_new.student_id], '{}');
  update school.admissions as a
  set start_date = (select min(b.class_date) from school.attendance as b where b.admission_id = p_new_id)
  where a.id = p_new_id;
end;
$$;
comment on function school.continue_classes(uuid, uuid) is 'The dated classes of a renewal.';
