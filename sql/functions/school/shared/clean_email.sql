-- Only A to Z are lowered: full case folding would merge look-alikes (a dotted capital I and i) into one address.
create or replace function school.clean_email(p_email text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select lower(school.clean(p_email) collate "C");
$$;
comment on function school.clean_email(text) is 'An e-mail address as it is stored and compared.';
grant execute on function school.clean_email(text)
  to school_admin, school_staff, school_teacher, school_student, school_anonymous;
