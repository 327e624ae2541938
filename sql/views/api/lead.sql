create view api.lead
with (security_invoker = true)
as
select
  l.*,
  coalesce((select d.duplicates from school.duplicates_of(array[l.id]) as d), '{}') as "possibleDuplicates"
from school.lead_line as l;
comment on view api.lead is 'An enquiry, as far as the caller may see.';
comment on column api.lead.owner is 'Null when nobody owns it.';
comment on column api.lead."assignedTeacher" is 'Null when it is assigned to nobody.';
comment on column api.lead."followUpDate" is 'When to get in touch next; a date of the school.';
comment on column api.lead."possibleDuplicates" is 'Other leads with the same phone or e-mail, twenty at most.';
comment on column api.lead."admissionId" is 'The admission the lead became; null until then.';
grant select on api.lead to school_admin, school_staff, school_teacher;
