-- Puts an entry first in line, or back to where it came in. The last one put first is the first, so each gets a later
-- time than those before it.
create or replace function school.put_first(p_entry school.waitlist_entries, p_first boolean)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  update school.waitlist_entries as w
  set put_first_at = case when p_first then greatest(
    school.clock(),
    (
      select max(ow.put_first_at) + interval '1 microsecond'
      from school.waitlist_entries as ow
      where ow.course_id = w.course_id
    )
  ) end
  where w.id = (p_entry).id;
  if p_first then
    perform school.emit('waitlist.put_first', 'waitlist_entry', (p_entry).id, school.waiting_payload(p_entry));
  end if;
end;
$$;
comment on function school.put_first(school.waitlist_entries, boolean) is 'Puts an entry of the waiting list first.';
