create function api.explain_access(p_resource api.access_resource, p_id uuid, p_user_id uuid)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer json;
begin
  select school.explain_access(p_user_id, r.stored_in, r.shown_by, p_id)
  into v_answer
  from school.resources() as r
  where r.resource = p_resource;
  if not found then
    perform school.fail_value('resource', 'is not known');
  end if;
  return v_answer;
end;
$$;
comment on function api.explain_access is
  'Explains why a person sees a row, or does not.
Each policy by which the person''s role reads the row is evaluated alone, as that person. A row that is not yours to '
  'see is not found: of the notifications of others nothing is told.
Answers: access_explanation.
Refusals: not_found, unknown_reference (`userId`).';
grant execute on function api.explain_access to school_admin;
