create or replace function school.search_pattern(p_search api.search_text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select '%' || regexp_replace(school.clean(p_search), '([\\%_])', '\\\1', 'g') || '%';
$$;
comment on function school.search_pattern(api.search_text) is
  'A LIKE pattern for text as typed: % and _ stand for themselves; null for blank.';
grant execute on function school.search_pattern(api.search_text)
  to school_admin, school_staff, school_teacher, school_student;
