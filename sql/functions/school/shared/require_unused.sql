-- p_in_the_way: [{"kind", "id", "message"}], what would break. Raises in_use when it is not empty, and what
-- school.require_fresh_sight raises.
create or replace function school.require_unused(p_what text, p_in_the_way jsonb)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform school.require_fresh_sight();
  if jsonb_array_length(p_in_the_way) = 0 then
    return;
  end if;
  perform school.fail(
    'in_use',
    format(
      '%s: %s in the way, the first is %s',
      p_what, jsonb_array_length(p_in_the_way), p_in_the_way -> 0 ->> 'message'
    ),
    jsonb_build_object('conflicts', (
      select jsonb_agg(jsonb_build_object('code', 'in_use') || c.value)
      from jsonb_array_elements(p_in_the_way) as c
    ))
  );
end;
$$;
comment on function school.require_unused(text, jsonb) is 'Refuses an edit with the list of what stands in the way.';
