-- Null for a request that is not pending.
-- definer: seats are counted over all rows; the sight is stated, as in the policies of requests.
create or replace function school.would_fit(p_reschedule_request_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_request school.reschedule_requests;
begin
  select r.*
  into v_request
  from school.reschedule_requests as r
  cross join auth.identity() as i
  where r.id = p_reschedule_request_id
    and r.status = 'pending'
    and case i.role
      when 'staff' then r.lead_owner_id = i.user_id
      when 'teacher' then r.teacher_ids ? i.user_id::text
      when 'student' then r.student_id = i.user_id
      else i.role in ('admin', 'super_admin')
    end;
  if found then
    return school.request_conflicts(v_request) = '[]';
  end if;
  return null;
end;
$$;
comment on function school.would_fit(uuid) is 'Whether a pending request would be approved now.';
grant execute on function school.would_fit(uuid) to school_admin, school_staff, school_teacher, school_student;
