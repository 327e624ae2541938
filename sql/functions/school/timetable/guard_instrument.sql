-- Raises in_use.
-- definer: what stands in the way is judged over all rows.
create or replace function school.guard_instrument()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform school.require_unused('The instrument still has courses', (
    select coalesce(jsonb_agg(
      jsonb_build_object('kind', 'course', 'id', c.id, 'message', c.name) order by c.name
    ), '[]')
    from school.courses as c
    where c.instrument_id = old.id
      and c.deleted_at is null
  ));
  return new;
end;
$$;
comment on function school.guard_instrument() is 'Trigger: an instrument with courses is not deleted.';

create or replace trigger guard_instrument
before update of deleted_at on school.instruments
for each row
when (old.deleted_at is null and new.deleted_at is not null)
execute function school.guard_instrument();
