-- Locks admission, student, both classes by id and the row, claims the request by a conditional update, judges
-- everything again, then moves that very row. Whatever refuses leaves the request pending.
-- definer: attendance is nobody's to write; admins decide.
create function api.approve_reschedule_request(p_reschedule_request_id uuid, p_reason api.message_text default null)
returns api.reschedule_request
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_request school.reschedule_requests;
  v_answer api.reschedule_request;
begin
  if not auth.is_admin() then
    perform school.fail('forbidden', 'Admins decide.');
  end if;
  select * into v_request from school.reschedule_requests as r where r.id = p_reschedule_request_id;
  if not found then
    perform school.fail_not_found('reschedule request');
  end if;
  perform school.lock_reschedule(v_request.original_attendance_id, v_request.classroom_slot_id);
  perform school.close_request(p_reschedule_request_id, 'approved', p_reason);
  perform school.fail_conflicts((
    select coalesce(jsonb_agg(
      case when c.value ->> 'code' = 'class_not_in_future' then c.value || '{"code": "invalid_state"}' else c.value end
      order by c.position
    ), '[]')
    from jsonb_array_elements(school.request_conflicts(v_request)) with ordinality as c (value, position)
  ));
  perform school.move_class(v_request.original_attendance_id, v_request.classroom_slot_id, v_request.class_date);
  perform school.emit_reschedule('reschedule.approved', p_reschedule_request_id);
  select * into v_answer from api.reschedule_request as r where r.id = p_reschedule_request_id;
  return v_answer;
end;
$$;
comment on function api.approve_reschedule_request is
  'Approves a move: everything is judged again, the school''s policy of now too, then the class itself moves; its '
  'first date is kept.
Refusals: not_found, already_decided, invalid_state (begun meanwhile, admission not active), '
  'course_or_teacher_mismatch, weekday_mismatch, school_closed, slot_not_operating, too_late_to_move, no_moves_left, '
  'beyond_window, student_conflict, slot_full. A refused approval leaves the request pending.';
grant execute on function api.approve_reschedule_request to school_admin;
