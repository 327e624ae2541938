-- YYYY-MM-DD, a day that exists, 1900 to 2200; never raises.
create or replace function school.is_date(p_text text)
returns boolean
language sql
immutable
security invoker
set search_path = ''
as $$
  select case
    when p_text !~ '^(19|20|21)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$'
      and p_text !~ '^2200-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$'
      then false
    else right(p_text, 2)::integer <= extract(
      day from make_date(left(p_text, 4)::integer, substr(p_text, 6, 2)::integer, 1) + interval '1 month - 1 day'
    )
  end;
$$;
comment on function school.is_date(text) is 'Whether a text is a date that the school takes.';
grant execute on function school.is_date(text) to school_admin, school_staff;
