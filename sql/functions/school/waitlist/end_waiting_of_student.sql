-- definer: who waits is nobody's to write.
create or replace function school.end_waiting_of_student()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_entry_ids uuid[] := array(
    select w.id
    from school.waitlist_entries as w
    where w.student_id = new.id
      and w.status in ('waiting', 'offered')
  );
begin
  if v_entry_ids <> '{}' then
    perform school.leave_line(v_entry_ids, 'withdrawn');
  end if;
  return null;
end;
$$;
comment on function school.end_waiting_of_student() is
  'Trigger: a student who is disabled or deleted, or is one no more, waits for nothing.';

create or replace trigger end_waiting_of_student
after update of role, status, deleted_at on school.users
for each row
when (
  old.role = 'student'
  and (new.role <> 'student' or new.status <> 'active' or new.deleted_at is not null)
)
execute function school.end_waiting_of_student();
