-- Keeps what search and the look for duplicates compare.
-- definer: reads the school's region for everybody.
create or replace function school.index_lead_text()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  new.phone_key := school.phone_key(new.phone, (select s.phone_region from school.school_settings as s));
  new.search_text := lower(concat_ws(e'\n', new.name, new.phone, new.phone_key, new.email, new.guardian_name));
  return new;
end;
$$;
comment on function school.index_lead_text() is 'Trigger: keeps phone_key and search_text of a lead.';

create or replace trigger index_lead_text
before insert or update of name, phone, phone_key, email, guardian_name on school.leads
for each row
execute function school.index_lead_text();
