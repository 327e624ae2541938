-- Nobody reads sessions; a person lists their own through api.list_my_sessions.
create policy owner_all on auth.sessions for all to school_owner using (true) with check (true);
