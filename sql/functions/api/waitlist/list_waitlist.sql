-- The page is found first, and told then: places and dates are counted for its entries only.
create function api.list_waitlist(
  p_course_id uuid[] default null,
  p_status api.waitlist_status[] default null,
  p_lead_id uuid[] default null,
  p_student_id uuid[] default null,
  p_time_slot_id uuid[] default null,
  p_sort api.age_sort default 'createdAt',
  p_count api.count_wish default false,
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
  v_after text[] := school.decode_cursor(p_cursor, p_sort, 2);
  v_down boolean := left(p_sort, 1) = '-';
begin
  return (
    with listed as not materialized (
      select w.id, w.created_at
      from school.waitlist_entries as w
      where (p_course_id is null or school.is_one_of(w.course_id, p_course_id))
        and (p_status is null or school.is_one_of(w.status, p_status))
        and (p_lead_id is null or school.is_one_of(w.lead_id, p_lead_id))
        and (p_student_id is null or school.is_one_of(w.student_id, p_student_id))
        and (p_time_slot_id is null or exists (
          select
          from school.waitlist_time_slots as ws
          where ws.waitlist_entry_id = w.id
            and school.is_one_of(ws.time_slot_id, p_time_slot_id)
        ) or (
          not exists (select from school.waitlist_time_slots as ws where ws.waitlist_entry_id = w.id)
          and exists (
            select
            from school.classroom_slots as k
            where k.course_id = w.course_id
              and school.is_one_of(k.time_slot_id, p_time_slot_id)
              and k.deleted_at is null
          )
        ))
    )
    select school.page(
      array_agg(row_to_json(e) order by p.place),
      array_agg(json_build_array(p_sort, p.created_at, p.id) order by p.place),
      p_limit,
      case when p_count then (
        select count(*) from (select from listed limit school.most_counted() + 1) as c
      ) end
    )
    from (
      select l.id, l.created_at, row_number() over () as place
      from (
        select l.id, l.created_at
        from listed as l
        where v_after[1] is null or case when v_down
          then (l.created_at, l.id) < (v_after[1]::timestamptz, v_after[2]::uuid)
          else (l.created_at, l.id) > (v_after[1]::timestamptz, v_after[2]::uuid)
        end
        order by
          case when v_down then l.created_at end desc,
          case when v_down then l.id end desc,
          l.created_at,
          l.id
        limit p_limit + 1
      ) as l
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
