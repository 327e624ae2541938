drop table school.lead_audit_events;
drop table school.lead_tags;
drop table school.lead_notes;
drop table school.leads;
drop table school.lead_stages;
