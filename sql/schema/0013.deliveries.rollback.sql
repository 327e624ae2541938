drop table school.deliveries;
drop table school.webhook_endpoints;
drop table school.mail_templates;
