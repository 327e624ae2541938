-- Whoever gives an invitation up, its text is not kept: it holds the token.
create or replace function school.forget_invitation()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  new.body := null;
  return new;
end;
$$;
comment on function school.forget_invitation() is 'Trigger: a delivery''s token lives no longer than its sending.';

create or replace trigger forget_invitation
before update on school.deliveries
for each row
when (new.status <> 'pending' and new.activation_token_hash is not null)
execute function school.forget_invitation();
