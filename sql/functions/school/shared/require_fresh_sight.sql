-- How guards hold at every isolation level. A guard locks the row it judges, then counts what others wrote beside it,
-- in a new statement. At READ COMMITTED, the level of the gateway and of the jobs, that statement sees all that was
-- committed before the lock was had. At REPEATABLE READ it sees the school as it was when the transaction began: a
-- rival who only locked the row leaves no conflict behind, and both find nothing in the way. SERIALIZABLE notices
-- rivals that are SERIALIZABLE, too, and no others.
-- So whoever counts asks here first, and is refused at both with 40001; at READ COMMITTED it costs nothing, and locks
-- may be shared by those who count nothing.
-- Admissions count at every level: they lock the lead, the student, the plan, the time slots, the weekdays and the
-- classes, and whoever changes what they count also writes one of these rows (school.note_seats_changed,
-- school.note_dates_changed), so that an old sight of it ends in 40001.
-- Raises serialization_failure.
create or replace function school.require_fresh_sight()
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
    raise exception using
      errcode = 'serialization_failure',
      message = 'What is judged here has to be seen as it is now.',
      hint = 'Begin the transaction with ISOLATION LEVEL READ COMMITTED.';
  end if;
end;
$$;
comment on function school.require_fresh_sight() is
  'Refuses isolation levels at which a guard would count an old snapshot.';
