-- Who may admit whom, and whether every id names something the caller can use: what is missing and what is hidden
-- read the same. Staff admit from leads they own and do not backdate.
-- Raises invalid_request, forbidden, unknown_reference.
create or replace function school.require_admission_rights(p_request school.admission_request)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_is_admin boolean := coalesce((p_request).actor_role in ('admin', 'super_admin'), false);
  v_owner_id uuid;
  v_errors jsonb;
begin
  if num_nonnulls((p_request).student_id, (p_request).student) = 2 then
    perform school.fail_value('student', 'is given besides studentId; give one of them');
  end if;
  if num_nonnulls((p_request).lead_id, (p_request).student_id, (p_request).student) = 0 then
    perform school.fail_value('studentId', 'is missing, and so are student and leadId; give one of them');
  end if;
  if (p_request).student is not null then
    perform school.require_student_details(school.new_student(p_request));
  end if;
  if not v_is_admin and (p_request).actor_role is distinct from 'staff' then
    perform school.fail('forbidden', 'Staff and admins admit students.');
  end if;
  if not v_is_admin and (p_request).lead_id is null then
    perform school.fail('forbidden', 'Staff admit students from leads they own: leadId is missing.');
  end if;
  if not v_is_admin and (p_request).allow_backdated then
    perform school.fail('forbidden', 'Only admins backdate an admission.');
  end if;
  v_errors := school.unknown_admission_references(p_request);
  if v_errors <> '[]' then
    perform school.fail(
      'unknown_reference',
      'Some ids name nothing that you can use.',
      jsonb_build_object('errors', v_errors)
    );
  end if;
  select l.owner_id into v_owner_id from school.leads as l where l.id = (p_request).lead_id;
  if not v_is_admin and v_owner_id is distinct from (p_request).actor_id then
    perform school.fail('forbidden', 'Claim the lead before you admit from it.');
  end if;
end;
$$;
comment on function school.require_admission_rights(school.admission_request) is
  'Refuses who may not ask for this admission, and ids that name nothing.';
