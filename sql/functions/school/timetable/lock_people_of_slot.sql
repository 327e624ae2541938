-- What a change of teachers of a class reaches, locked in the global order: the admissions of whoever sits, sat or is
-- expected in it and their students, each by id, then the class; for all dates the other classes of its course, too,
-- for the new teacher may be whom somebody waits for. Somebody may come in between the look and the lock of the class:
-- then the locks of this turn are given back and all begins again, for who waits for an admission while holding a class
-- may meet who does the reverse. p_date: of one date only; null for all.
-- definer: these rows are nobody's to write, and so nobody else's to lock.
create or replace function school.lock_people_of_slot(p_classroom_slot_id uuid, p_date date default null)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_admission_ids uuid[];
begin
  if not auth.is_admin() then
    return;
  end if;
  loop
    begin
      v_admission_ids := school.admissions_of_slot(p_classroom_slot_id, p_date);
      perform from school.admissions as a where a.id = any (v_admission_ids) order by a.id for no key update;
      -- Who sees them is written with their names (school.note_admission_sight).
      perform
      from school.users as u
      where u.id = any (array(select a.student_id from school.admissions as a where a.id = any (v_admission_ids)))
      order by u.id
      for share;
      if p_date is null then
        perform school.lock_classes_of_courses(array(
          select k.course_id from school.classroom_slots as k where k.id = p_classroom_slot_id
        ));
      end if;
      perform from school.classroom_slots as k where k.id = p_classroom_slot_id for update;
      if v_admission_ids @> school.admissions_of_slot(p_classroom_slot_id, p_date) then
        return;
      end if;
      raise exception using errcode = 'OS002', message = 'somebody came in between';
    exception
      when sqlstate 'OS002' then
        continue;
    end;
  end loop;
end;
$$;
comment on function school.lock_people_of_slot(uuid, date) is 'Takes the locks of changing who teaches a class.';
grant execute on function school.lock_people_of_slot(uuid, date) to school_admin;
