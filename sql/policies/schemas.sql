-- Which schemas can be reached; what lies in them has rules of its own.
grant usage on schema api to school_admin, school_staff, school_teacher, school_student, school_anonymous;
grant usage on schema school
  to school_admin, school_staff, school_teacher, school_student, school_anonymous, school_analyst, school_jobs;
grant usage on schema auth
  to school_gateway, school_admin, school_staff, school_teacher, school_student, school_anonymous, school_analyst;
grant usage on schema analytics to school_admin, school_staff, school_teacher, school_student, school_analyst;
grant usage on schema jobs to school_gateway, school_sender, school_admin, school_jobs;
