-- Kinds of notices that can be muted.
create domain api.notification_types as text[]
  constraint texts_are_few_and_short check (cardinality(value) <= 50 and length(array_to_string(value, '')) <= 3000);
comment on domain api.notification_types is '{"type": "array", "maxItems": 50, "items": {"type": "string", "enum": ["lead.assigned", "reschedule.requested", "reschedule.approved", "reschedule.rejected", "admission.created", "admission.blocked", "admission.unblocked", "admission.cancelled", "admission.refused", "follow_up.due", "classes.remaining_4", "classes.remaining_0"]}}';
