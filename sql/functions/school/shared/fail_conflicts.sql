-- Raises the first of the conflicts, with all of them; nothing when there is none.
create or replace function school.fail_conflicts(p_conflicts jsonb)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if p_conflicts <> '[]' then
    perform school.fail(
      p_conflicts -> 0 ->> 'code',
      p_conflicts -> 0 ->> 'message',
      jsonb_build_object('conflicts', p_conflicts)
    );
  end if;
end;
$$;
comment on function school.fail_conflicts(jsonb) is 'Refuses for a list of conflicts, the first being the problem.';
grant execute on function school.fail_conflicts(jsonb) to school_admin, school_staff;
