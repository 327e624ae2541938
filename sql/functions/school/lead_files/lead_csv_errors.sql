-- Everything that is wrong with the data lines of a file of leads, by line and column. Staff import for themselves.
-- long: each thing that can be wrong is a few lines of its own, over cells that are read once.
-- definer: whether an id names an active teacher or owner is judged over columns of users that staff do not read.
create or replace function school.lead_csv_errors(p_rows jsonb)
returns table (line integer, "column" text, message text)
language sql
stable
security definer
set search_path = ''
as $$
  with rows as (
    select * from school.lead_csv_rows(p_rows)
  ),
  cells as (
    select r.line, k.name, k.type, k.max, c.value
    from rows as r
    cross join lateral jsonb_each_text(r.cells) as c (name, value)
    join school.lead_csv_columns() as k on k.name = c.name
  ),
  malformed as (
    select c.line, c.name, case c.type
      when 'text' then case when length(c.value) > c.max then format('is longer than %s characters', c.max) end
      when 'email' then case
        when length(c.value) > c.max or c.value !~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$'
          then 'is not an e-mail address'
      end
      when 'date' then case when not school.is_date(c.value) then 'is not a date, YYYY-MM-DD' end
      when 'uuid' then case
        when c.value !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then 'is not an id'
      end
      when 'integer' then case
        when c.value !~ '^\d{1,9}$' then 'is not a whole number'
        when c.value::integer > c.max then format('is larger than %s', c.max)
      end
      when 'number' then case when c.value !~ '^\d{1,10}(\.\d{1,2})?$' then 'is not an amount' end
      when 'boolean' then case when lower(c.value) not in ('true', 'false') then 'is neither true nor false' end
      when 'status' then case when c.value not in ('open', 'done') then 'is neither open nor done' end
      when 'tags' then case
        when exists (select from unnest(string_to_array(c.value, ';')) as t where length(t) > c.max)
          then format('has a tag longer than %s characters', c.max)
      end
    end as message
    from cells as c
  ),
  ids as (
    select c.line, c.name, c.value::uuid as id
    from cells as c
    where c.type = 'uuid'
      and c.value ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
  )
  select m.line, m.name, m.message from malformed as m where m.message is not null
  union all
  select r.line, k.name, 'is required'
  from rows as r
  cross join school.lead_csv_columns() as k
  where k.is_required
    and not r.cells ? k.name
  union all
  select r.line, 'phone', 'is missing, and so is email; one of them is required'
  from rows as r
  where not r.cells ?| array['phone', 'email']
  union all
  select r.line, '', format('has %s cells, the header has %s', r.cell_count, jsonb_array_length(p_rows -> 0 -> 'cells'))
  from rows as r
  where r.cell_count <> jsonb_array_length(p_rows -> 0 -> 'cells')
  union all
  select i.line, i.name, 'names no stage'
  from ids as i
  where i.name = 'stageId'
    and not exists (select from school.lead_stages as s where s.id = i.id and s.deleted_at is null)
  union all
  select i.line, i.name, 'may only be yourself'
  from ids as i
  where i.name = 'ownerId'
    and i.id <> auth.user_id_as('staff')
  union all
  select i.line, i.name, 'names nobody who can own leads'
  from ids as i
  where i.name = 'ownerId'
    and i.id is distinct from auth.user_id_as('staff')
    and auth.user_id_as('staff') is null
    and not exists (
      select
      from school.users as u
      where u.id = i.id
        and u.role in ('staff', 'admin', 'super_admin')
        and u.deleted_at is null
        and u.status = 'active'
    )
  union all
  select i.line, i.name, 'names no teacher'
  from ids as i
  where i.name = 'assignedTeacherId'
    and not exists (select from school.users as u where u.id = i.id and u.role = 'teacher' and u.deleted_at is null)
  union all
  select r.line, 'lostReason', 'is required for a lost lead'
  from rows as r
  join ids as i on i.line = r.line and i.name = 'stageId'
  join school.lead_stages as s on s.id = i.id
  where s.kind = 'lost'
    and not r.cells ? 'lostReason';
$$;
comment on function school.lead_csv_errors(jsonb) is 'What is wrong with a file of leads, by line and column.';
grant execute on function school.lead_csv_errors(jsonb) to school_admin, school_staff;
