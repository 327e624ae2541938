-- What the school's policy has against moving a class to a date: too short a notice, too many moves of the admission, a
-- date too far ahead of the class. Of other moves those count that are pending or approved, and once p_request_id is
-- decided, those that are approved. A class that has begun is refused for that alone.
create or replace function school.move_policy_conflicts(p_attendance_id uuid, p_class_date date, p_request_id uuid)
returns table (code text, message text)
language sql
stable
security invoker
set search_path = ''
as $$
  with move as (
    select
      b.class_date,
      b.class_date + b.start_time as begins_at,
      s.reschedule_notice_hours as notice_hours,
      s.reschedules_per_admission as allowed,
      s.reschedule_within_days as within_days,
      (
        select count(*)
        from school.reschedule_requests as r
        where r.admission_id = b.admission_id
          and not r.is_school_caused
          and (r.status = 'approved' or (r.status = 'pending' and p_request_id is null))
          and r.id is distinct from p_request_id
      ) as used
    from school.attendance as b
    cross join school.school_settings as s
    where b.id = p_attendance_id
  )
  select 'too_late_to_move', format('A class is moved more than %s hours before it begins.', m.notice_hours)
  from move as m
  where m.begins_at > (select school.local_now())
    and m.begins_at <= (select school.local_now()) + make_interval(hours => m.notice_hours)
  union all
  select 'no_moves_left', format('%s of %s moves of this plan are used.', m.used, m.allowed)
  from move as m
  where m.used >= m.allowed
  union all
  select 'beyond_window', format('A class is moved to %s at the latest.', m.class_date + m.within_days)
  from move as m
  where p_class_date > m.class_date + m.within_days;
$$;
comment on function school.move_policy_conflicts(uuid, date, uuid) is
  'What the school''s policy of moves has against one.';
