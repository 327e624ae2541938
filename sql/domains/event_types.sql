-- Kinds of events.
create domain api.event_types as text[];
comment on domain api.event_types is '{"type": "array", "minItems": 1, "maxItems": 50, "items": {"type": "string", "enum": ["lead.assigned", "reschedule.requested", "reschedule.approved", "reschedule.rejected", "admission.created", "admission.blocked", "admission.unblocked", "admission.cancelled", "admission.refused", "access.requested", "follow_up.due", "classes.remaining_4", "classes.remaining_0"]}}';
