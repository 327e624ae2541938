-- The very transfer, rolled back: a block with an exception handler is a subtransaction, and its locks go with it.
-- definer: seats and attendance are nobody's to write; who may is stated.
create function api.preview_transfer(
  p_admission_id uuid,
  p_from_classroom_slot_id uuid,
  p_time_slot_id uuid,
  p_from date,
  p_teacher_id uuid default null
)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_transfer jsonb;
begin
  begin
    v_transfer := school.transfer(
      p_admission_id, p_from_classroom_slot_id, p_time_slot_id, p_teacher_id, p_from
    );
    raise exception using errcode = 'OS002', message = 'only a preview';
  exception
    when sqlstate 'OS002' then
      return json_build_object(
        'ok', v_transfer -> 'conflicts' = '[]',
        'moved', v_transfer -> 'moved',
        'conflicts', v_transfer -> 'conflicts'
      );
  end;
end;
$$;
comment on function api.preview_transfer is
  'Tells which classes a transfer would move, and what stands against it; writes nothing.
Answers: transfer_preview.
Refusals: forbidden, not_found, unknown_reference. Everything else that would refuse it is in conflicts, with ok '
  'false.';
grant execute on function api.preview_transfer to school_admin, school_staff;
