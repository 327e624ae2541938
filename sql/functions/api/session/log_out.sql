-- definer: sessions are nobody's to delete otherwise.
create function api.log_out(p_everywhere boolean default false)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
  delete from auth.sessions as s
  where s.user_id = auth.user_id()
    and (p_everywhere or s.token_hash = auth.session_hash());
$$;
comment on function api.log_out is 'Ends the caller''s session, or with everywhere all of their sessions.';
grant execute on function api.log_out to school_admin, school_staff, school_teacher, school_student;
