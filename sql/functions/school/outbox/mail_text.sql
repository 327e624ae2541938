-- p_locale: the recipient's; null when not chosen. The template of the type in the best language there is: the
-- recipient's, the school's, English; without one of that type, that of notifications in general ('notice').
create or replace function school.mail_text(p_type text, p_locale text, p_values jsonb, out subject text, out body text)
returns record
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  select
    left(btrim(regexp_replace(school.fill_in(t.subject, v.filled), '[[:cntrl:][:space:]]+', ' ', 'g')), 400),
    school.fill_in(t.body, v.filled)
  into subject, body
  from school.school_settings as s
  cross join lateral (
    select jsonb_build_object('schoolName', s.school_name) || p_values as filled,
      array[p_locale, split_part(p_locale, '-', 1), s.locale, split_part(s.locale, '-', 1), 'en'] as languages
  ) as v
  join school.mail_templates as t on t.type in (p_type, 'notice') and t.locale = any (v.languages)
  order by (t.type = p_type) desc, array_position(v.languages, t.locale)
  limit 1;
end;
$$;
comment on function school.mail_text(text, text, jsonb) is 'Subject and body of an e-mail to one person.';
