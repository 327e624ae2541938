-- The columns of lead files, by wire name, in order; max is the longest text or the largest number.
create or replace function school.lead_csv_columns()
returns table ("position" integer, name text, type text, is_required boolean, max integer)
language sql
immutable
security invoker
set search_path = ''
as $$
  select (row_number() over ())::integer, c.*
  from (values
    ('name', 'text', true, 200),
    ('phone', 'text', false, 40),
    ('email', 'email', false, 254),
    ('stageId', 'uuid', false, null),
    ('followUpDate', 'date', true, null),
    ('followUpStatus', 'status', false, null),
    ('ownerId', 'uuid', false, null),
    ('assignedTeacherId', 'uuid', false, null),
    ('guardianName', 'text', false, 200),
    ('age', 'integer', false, 120),
    ('area', 'text', false, 200),
    ('community', 'text', false, 200),
    ('address', 'text', false, 500),
    ('source', 'text', false, 200),
    ('expectedBudget', 'number', false, null),
    ('numberOfContactAttempts', 'integer', false, 100000),
    ('lastContactedDate', 'date', false, null),
    ('nextFollowUp', 'date', false, null),
    ('walkInDate', 'date', false, null),
    ('demoDate', 'date', false, null),
    ('demoConducted', 'boolean', false, null),
    ('lostReason', 'text', false, 1000),
    ('tags', 'tags', false, 60)
  ) as c (name, type, is_required, max);
$$;
comment on function school.lead_csv_columns() is 'The columns that a file of leads may have.';
grant execute on function school.lead_csv_columns() to school_admin, school_staff;
