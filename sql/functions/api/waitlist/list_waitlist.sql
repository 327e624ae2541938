-- The page is found first, and told then: places and dates are counted for its entries only.
create function api.list_waitlist(
  p_course_id uuid default null,
  p_status api.waitlist_status default null,
  p_lead_id uuid default null,
  p_student_id uuid default null,
  p_time_slot_id uuid default null,
  p_limit api.page_limit default 50,
  p_cursor api.page_cursor default null
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_after text[] := school.decode_cursor(p_cursor, 2);
begin
  return (
    select school.page(
      array_agg(row_to_json(e) order by p.created_at, p.id),
      array_agg(json_build_array(p.created_at, p.id) order by p.created_at, p.id),
      p_limit
    )
    from (
      select w.id, w.created_at
      from school.waitlist_entries as w
      where (v_after[1] is null or (w.created_at, w.id) > (v_after[1]::timestamptz, v_after[2]::uuid))
        and (p_course_id is null or w.course_id = p_course_id)
        and (p_status is null or w.status = p_status)
        and (p_lead_id is null or w.lead_id = p_lead_id)
        and (p_student_id is null or w.student_id = p_student_id)
        and (p_time_slot_id is null or exists (
          select
          from school.waitlist_time_slots as ws
          where ws.waitlist_entry_id = w.id
            and ws.time_slot_id = p_time_slot_id
        ) or (
          not exists (select from school.waitlist_time_slots as ws where ws.waitlist_entry_id = w.id)
          and exists (
            select
            from school.classroom_slots as k
            where k.course_id = w.course_id
              and k.time_slot_id = p_time_slot_id
              and k.deleted_at is null
          )
        ))
      order by w.created_at, w.id
      limit p_limit + 1
    ) as p
    join api.waitlist_entry as e on e.id = p.id
  );
end;
$$;
comment on function api.list_waitlist is
  'Lists entries of the waiting list, oldest first: all for admins, of their leads for staff, their own for students.
timeSlotId finds those that would take a class at that time: who names it, and who names none and waits for a course '
  'that has a class then.';
grant execute on function api.list_waitlist to school_admin, school_staff, school_student;
