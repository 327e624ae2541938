create or replace function school.phone_key(p_phone text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select nullif(left(case
    when p_phone ~ '^\s*\+' then '+' || regexp_replace(p_phone, '[^0-9]', '', 'g')
    when p_phone ~ '^\s*00' then '+' || substr(regexp_replace(p_phone, '[^0-9]', '', 'g'), 3)
    else regexp_replace(p_phone, '[^0-9]', '', 'g')
  end, 40), '');
$$;
comment on function school.phone_key(text) is 'A phone number without the ways people write it, for comparing.';
