-- A role of a user.
create domain api.user_role as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.user_role is '{"type": "string", "enum": ["super_admin", "admin", "staff", "teacher", "student"]}';
