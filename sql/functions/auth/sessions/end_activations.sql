-- A token that went to an address opens the account no more once the address is another; the invitation that is not
-- sent yet goes with its token.
-- definer: tokens are nobody's to delete.
create or replace function auth.end_activations()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  delete from auth.activation_tokens where user_id = new.id;
  return null;
end;
$$;
comment on function auth.end_activations() is 'Trigger: changing the e-mail of a user ends their activation tokens.';

create or replace trigger end_activations
after update of email on school.users
for each row
when (old.email is distinct from new.email)
execute function auth.end_activations();
