-- Students their own classes, staff those of their leads' admissions, admins all.
create or replace function school.may_ask_to_move(p_attendance_id uuid)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select exists (
    select
    from school.attendance as b
    where b.id = p_attendance_id
      and (
        auth.is_admin()
        or b.student_id = auth.user_id_as('student')
        or b.lead_owner_id = auth.user_id_as('staff')
      )
  );
$$;
comment on function school.may_ask_to_move(uuid) is 'Whether the acting user may ask to move this class.';
