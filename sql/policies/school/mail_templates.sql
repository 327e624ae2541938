create policy owner_all on school.mail_templates for all to school_owner using (true) with check (true);

create policy select_admin on school.mail_templates for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.mail_templates is 'Admins see the text of every e-mail.';
-- no insert, update, delete: texts are the DBA's

grant select on school.mail_templates to school_admin;
