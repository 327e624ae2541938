-- Analysts know colleagues by name and pupils not at all: the person once more, for those who are no student.
set local role school_owner;

alter table school.users
  add column colleague_card jsonb generated always as (
    case when role <> 'student' then jsonb_object(array['id', id::text, 'name', name]) end
  ) stored;
comment on column school.users.colleague_card is
  '{"id", "name"}: as card, and null of students: what reports tell of people.';
alter table school.users alter column colleague_card set statistics 0;
