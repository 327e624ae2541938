-- Text as it is stored: NFC, without white space and zero-width characters at its ends; blank is null. What is longer
-- than any text of ours may be is cut first, for trimming takes the more time the longer it is.
create or replace function school.clean(p_text text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select nullif(regexp_replace(
    normalize(left(p_text, 20001), nfc),
    '^[\s\u00A0\u200B-\u200F\u2028\u2029\u202F\u205F\u2060\u3000\uFEFF]+'
    '|[\s\u00A0\u200B-\u200F\u2028\u2029\u202F\u205F\u2060\u3000\uFEFF]+$',
    '',
    'g'
  ), '');
$$;
comment on function school.clean(text) is 'Trimmed, NFC; null when blank.';
grant execute on function school.clean(text)
  to school_admin, school_staff, school_teacher, school_student, school_anonymous;
