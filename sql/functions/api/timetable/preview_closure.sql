-- The very declaration, rolled back: a block with an exception handler is a subtransaction, and its locks go with it.
-- definer: attendance is nobody's to write; admins decide.
create function api.preview_closure(p_start_date date, p_end_date date, p_reason api.closure_reason)
returns json
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_answer jsonb;
begin
  perform school.require_closure_dates(p_start_date, p_end_date);
  begin
    v_answer := school.declare_closure(p_start_date, p_end_date, p_reason);
    raise exception using errcode = 'OS002', message = 'only a preview';
  exception
    when sqlstate 'OS002' then
      return (v_answer - 'id' - 'version' - 'createdAt' - 'updatedAt')::json;
  end;
end;
$$;
comment on function api.preview_closure is
  'Tells what a closure would cancel and append; writes nothing, and tells nobody.
Answers: closure_plan and closure_effects.';
grant execute on function api.preview_closure to school_admin;
