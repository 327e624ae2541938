-- Part of school.check_invariants: the keys that rows carry for the policies are those of their parents.
-- long: one branch for each table that carries keys.
create or replace function school.strayed_keys()
returns table (code text, entity_id uuid, detail text)
language sql
stable
security invoker
set search_path = ''
as $$
  select 'key_differs_from_its_parent', n.lead_id, 'lead_notes'
  from school.lead_notes as n
  join school.leads as l on l.id = n.lead_id
  where (n.lead_owner_id, n.lead_teacher_id, n.lead_is_live)
    is distinct from (l.owner_id, l.assigned_teacher_id, l.deleted_at is null)
  union all
  select 'key_differs_from_its_parent', t.lead_id, 'lead_tags'
  from school.lead_tags as t
  join school.leads as l on l.id = t.lead_id
  where (t.lead_owner_id, t.lead_teacher_id, t.lead_is_live)
    is distinct from (l.owner_id, l.assigned_teacher_id, l.deleted_at is null)
  union all
  select 'key_differs_from_its_parent', a.id, 'admissions.lead_owner_id'
  from school.admissions as a
  left join school.leads as l on l.id = a.lead_id and l.deleted_at is null
  where a.lead_owner_id is distinct from l.owner_id
  union all
  select 'key_differs_from_its_parent', p.id, 'admission_payments'
  from school.admission_payments as p
  join school.admissions as a on a.id = p.admission_id
  where (p.student_id, p.lead_owner_id) is distinct from (a.student_id, a.lead_owner_id)
  union all
  select 'key_differs_from_its_parent', p.id, 'pauses'
  from school.pauses as p
  join school.admissions as a on a.id = p.admission_id
  where (p.student_id, p.lead_owner_id) is distinct from (a.student_id, a.lead_owner_id)
  union all
  select 'key_differs_from_its_parent', x.id, 'trials'
  from school.trials as x
  left join school.leads as l on l.id = x.lead_id and l.deleted_at is null
  where x.lead_owner_id is distinct from l.owner_id
  union all
  select 'key_differs_from_its_parent', w.id, 'waitlist_entries'
  from school.waitlist_entries as w
  left join school.leads as l on l.id = w.lead_id and l.deleted_at is null
  where w.lead_owner_id is distinct from l.owner_id
  union all
  select 'key_differs_from_its_parent', r.id, 'reschedule_requests'
  from school.reschedule_requests as r
  join school.attendance as b on b.id = r.original_attendance_id
  join school.classroom_slots as k on k.id = r.source_classroom_slot_id
  where (r.admission_id, r.lead_owner_id) is distinct from (b.admission_id, b.lead_owner_id)
    -- As school.teachers_of_request has it, which would take half the time of all that is compared here.
    or r.teacher_ids <> case
      when b.teacher_id = k.teacher_id then jsonb_build_array(k.teacher_id)
      else jsonb_build_array(least(b.teacher_id, k.teacher_id), greatest(b.teacher_id, k.teacher_id))
    end
  union all
  select 'key_differs_from_its_parent', coalesce(s.admission_id, v.admission_id), 'admission_sight'
  from school.admission_sight as s
  full join (
    select a.id as admission_id, 'staff' as viewer_role, a.lead_owner_id as viewer_id, a.created_at, a.student_id
    from school.admissions as a
    where a.lead_owner_id is not null
    union all
    select a.id, 'teacher', t.id::uuid, a.created_at, a.student_id
    from school.admissions as a
    cross join lateral jsonb_array_elements_text(a.teacher_ids) as t (id)
  ) as v
    on v.admission_id = s.admission_id
    and v.viewer_role = s.viewer_role
    and v.viewer_id = s.viewer_id
  left join school.users as u on u.id = v.student_id
  where (s.created_at, s.student_id, s.student_name) is distinct from (v.created_at, v.student_id, u.name);
$$;
comment on function school.strayed_keys() is 'Rows whose keys for the policies are not their parents''.';
