create view api.payment_change
with (security_invoker = true)
as
select
  h.id,
  h.old_status as "oldStatus",
  h.new_status as "newStatus",
  h.old_notes as "oldNotes",
  h.new_notes as "newNotes",
  h.old_due_on as "oldDueOn",
  h.new_due_on as "newDueOn",
  row(h.actor_user_id, school.user_name(h.actor_user_id))::api.actor_ref as actor,
  h.created_at as "createdAt"
from school.admission_payment_history as h;
comment on view api.payment_change is 'One change of a payment: what it said before, and from then on.';
comment on column api.payment_change."oldDueOn" is
  'When it was due; null for changes of a time when that was not kept.';
comment on column api.payment_change."newDueOn" is
  'When it is due; null for changes of a time when that was not kept.';
grant select on api.payment_change to school_admin;
