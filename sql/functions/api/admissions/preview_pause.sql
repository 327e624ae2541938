-- The very pause, rolled back: a block with an exception handler is a subtransaction, and its locks go with it.
-- definer: pauses and attendance are nobody's to write; who may is stated.
create function api.preview_pause(
  p_admission_id uuid,
  p_from date,
  p_to date,
  p_reason api.medium_text default null,
  p_override boolean default false
)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_pause jsonb;
begin
  begin
    v_pause := school.pause(p_admission_id, p_from, p_to, p_reason, coalesce(p_override, false));
    raise exception using errcode = 'OS002', message = 'only a preview';
  exception
    when sqlstate 'OS002' then
      return json_build_object(
        'ok', v_pause -> 'conflicts' = '[]',
        'cancelled', v_pause -> 'cancelled',
        'added', v_pause -> 'added',
        'conflicts', v_pause -> 'conflicts'
      );
  end;
end;
$$;
comment on function api.preview_pause is
  'Tells which classes a pause would cancel and append, and what stands against it; writes nothing.
Answers: pause_preview.
Refusals: forbidden, not_found. Everything else that would refuse it is in conflicts, with ok false.';
grant execute on function api.preview_pause to school_admin, school_staff;
