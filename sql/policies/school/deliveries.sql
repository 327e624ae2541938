create policy owner_all on school.deliveries for all to school_owner using (true) with check (true);

create policy select_admin on school.deliveries for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.deliveries is 'Admins see every e-mail and webhook.';
-- no insert, update, delete: causes write, senders report through jobs.finish_delivery

-- everything but the text, which may carry a token, and the token's hash
grant select (
  id, sequence, kind, type, event_id, entity_id, recipient_user_id, endpoint_id, address, subject, status, attempts,
  next_attempt_at, last_error, created_at, retried_at, sent_at
) on school.deliveries to school_admin;
