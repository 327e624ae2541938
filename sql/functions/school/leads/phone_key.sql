-- What two ways of writing one phone number have in common: E.164 digits with a plus. A number without a country
-- code is at home in p_region. An extension is left out. Null for text without digits. The first 100 characters count.
create or replace function school.phone_key(p_phone text, p_region text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select nullif(left(case
    when n.digits = '' then ''
    when n.text ~ '^\s*\(?\s*\+' then '+' || n.digits
    when n.digits like '00%' then '+' || substr(n.digits, 3)
    else coalesce((
      select case
        when c.code = '1' and n.digits like '011%' then '+' || substr(n.digits, 4)
        when c.trunk_prefix <> '' and starts_with(n.digits, c.trunk_prefix)
          then '+' || c.code || substr(n.digits, length(c.trunk_prefix) + 1)
        else '+' || c.code || n.digits
      end
      from school.calling_code(p_region) as c
    ), '+' || n.digits)
  end, 40), '')
  from (
    select
      t.text,
      regexp_replace(regexp_replace(t.text, '\(0\)', '', 'g'), '[^0-9]', '', 'g') as digits
    from (
      select regexp_replace(normalize(left(p_phone, 100), nfkc), '(;|#|,|ext|x|extension).*$', '', 'i') as text
    ) as t
  ) as n;
$$;
comment on function school.phone_key(text, text) is 'A phone number in canonical form (E.164), for comparing.';
