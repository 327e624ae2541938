-- Where an entry stands among those that wait for its course, 1 for the first, and when its wish is met first; both
-- null for an entry that waits no more and for one that the caller does not see.
-- definer: a place counts the entries of others, and seats are counted for everybody.
create or replace function school.place_in_line(p_entry_id uuid)
returns table ("position" integer, expected_on date)
language sql
stable
security definer
set search_path = ''
as $$
  select
    (
      select count(*)::integer
      from school.waitlist_entries as ow
      where ow.course_id = w.course_id
        and ow.status = 'waiting'
        and case
          when ow.put_first_at is distinct from w.put_first_at
            then coalesce(ow.put_first_at, '-infinity') >= coalesce(w.put_first_at, '-infinity')
          else ow.sequence <= w.sequence
        end
    ),
    school.wish_expected_on(w)
  from school.waitlist_entries as w
  where w.id = p_entry_id
    and w.status = 'waiting'
    and school.sees_entry(w);
$$;
comment on function school.place_in_line(uuid) is
  'The place of who waits, and the date on which a seat is expected; nothing for who may not know.';
grant execute on function school.place_in_line(uuid) to school_admin, school_staff, school_student;
