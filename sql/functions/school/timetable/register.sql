-- Everybody of classes on dates, both included: whose weekly class it is, who was moved there, who comes for a trial.
-- Also who is blocked, whose absence is announced, whom the caller may mark and how many classes of the plan remain,
-- whoever teaches them. With the marks counted. No row without dates.
-- long: one statement: students and trials, and how they are shown.
create or replace function school.register(p_classroom_slot_ids uuid[], p_from date, p_until date)
returns table (classroom_slot_id uuid, class_date date, students json, marks json)
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_teacher_id uuid := auth.user_id_as('teacher');
  v_today date := school.today();
  v_markable_from date := school.markable_from();
begin
  if p_from is null then
    return;
  end if;
  return query
  select
    v.classroom_slot_id,
    v.class_date,
    json_agg(json_strip_nulls(v.student) order by v.name, v.student ->> 'id'),
    json_build_object(
      'present', count(*) filter (where v.mark = 'present'),
      'late', count(*) filter (where v.mark = 'late'),
      'absent', count(*) filter (where v.mark = 'absent'),
      'unmarked', count(*) filter (where v.mark = 'scheduled' and v.class_date < v_today)
    )
  from (
    select
      b.classroom_slot_id,
      b.class_date,
      u.name,
      b.status as mark,
      json_build_object(
        'id', u.id,
        'name', u.name,
        'kind', case when r.is_moved then 'moved' else 'weekly' end,
        'status', b.status,
        'attendanceId', b.id,
        'admissionId', b.admission_id,
        'isBlocked', case when a.status = 'blocked' then true end,
        'absenceAnnouncedAt', b.absence_announced_at,
        'canMark', coalesce(
          a.status <> 'blocked'
            and b.class_date between v_markable_from and v_today
            and (v_teacher_id is null or b.teacher_id = v_teacher_id),
          false
        ),
        'remaining', (
          select count(*)
          from school.attendance as rb
          where rb.admission_id = b.admission_id
            and rb.status = 'scheduled'
            and rb.class_date >= v_today
        )
      ) as student
    from school.attendance as b
    join school.admissions as a on a.id = b.admission_id
    join school.users as u on u.id = b.student_id
    cross join lateral (
      select b.original_class_date is not null and exists (
        select
        from school.reschedule_requests as r
        where r.original_attendance_id = b.id
          and r.classroom_slot_id = b.classroom_slot_id
          and r.class_date = b.class_date
          and r.status = 'approved'
      ) as is_moved
    ) as r
    where b.classroom_slot_id = any (p_classroom_slot_ids)
      and b.class_date between p_from and p_until
      and b.status <> 'cancelled'
    union all
    select
      x.classroom_slot_id,
      x.class_date,
      l.name,
      null,
      json_build_object('id', l.id, 'name', l.name, 'kind', 'trial', 'status', x.status, 'trialId', x.id)
    from school.trials as x
    join school.leads as l on l.id = x.lead_id
    where x.classroom_slot_id = any (p_classroom_slot_ids)
      and x.class_date between p_from and p_until
      and x.status <> 'cancelled'
  ) as v
  group by v.classroom_slot_id, v.class_date;
end;
$$;
comment on function school.register(uuid[], date, date) is 'Who comes, or came, to classes on dates, and the marks.';
