-- Numbers without a country code are at home in the school's region; when it changes, so do their keys.
-- definer: leads of everybody.
create or replace function school.rekey_phones()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update school.leads as l
  set phone_key = school.phone_key(l.phone, new.phone_region)
  where l.phone_key is distinct from school.phone_key(l.phone, new.phone_region);
  return null;
end;
$$;
comment on function school.rekey_phones() is 'Trigger: a new phone region gives the leads'' phones new keys.';

create or replace trigger rekey_phones
after update of phone_region on school.school_settings
for each row
when (old.phone_region <> new.phone_region)
execute function school.rekey_phones();
