-- Whatever ends a delivery, sent or dead: its text, with the token that may be in it, lived as long as it waited.
create or replace function school.forget_text()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  new.body := null;
  new.activation_token_hash := null;
  return new;
end;
$$;
comment on function school.forget_text() is 'Trigger: removes the text of what is sent or dead.';

create or replace trigger forget_text
before update of status on school.deliveries
for each row
when (new.status <> 'pending')
execute function school.forget_text();
