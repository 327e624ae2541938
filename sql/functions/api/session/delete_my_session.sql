-- definer: sessions are nobody's to delete otherwise.
create function api.delete_my_session(p_session_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  delete from auth.sessions as s
  where s.id = p_session_id
    and s.user_id = auth.user_id()
    and s.expires_at > (select school.clock());
  if not found then
    perform school.fail_not_found('open session of yours');
  end if;
end;
$$;
comment on function api.delete_my_session is 'Ends one of the caller''s sessions, the present one too.
Refusals: not_found.';
grant execute on function api.delete_my_session to school_admin, school_staff, school_teacher, school_student;
