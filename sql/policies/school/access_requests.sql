create policy owner_all on school.access_requests for all to school_owner using (true) with check (true);

create policy select_admin on school.access_requests for select to school_admin
  using ((select auth.is_admin()));
comment on policy select_admin on school.access_requests is 'Admins see every access request.';
-- no insert, update, delete: requests are made and reviewed through functions

grant select on school.access_requests to school_admin;
