-- definer: sessions are readable by nobody; a person sees their own, without the token.
create function api.list_my_sessions()
returns json
language sql
stable
security definer
set search_path = ''
as $$
  select json_build_object(
    'items', coalesce(json_agg(
      json_build_object(
        'id', s.id,
        'userAgent', s.user_agent,
        'createdAt', s.created_at,
        'expiresAt', s.expires_at,
        'current', s.token_hash is not distinct from auth.session_hash()
      )
      order by s.created_at desc, s.id
    ), '[]'),
    'nextCursor', null
  )
  from auth.sessions as s
  where s.user_id = auth.user_id()
    and s.expires_at > (select school.clock());
$$;
comment on function api.list_my_sessions is 'The caller''s open sessions, newest first.';
grant execute on function api.list_my_sessions to school_admin, school_staff, school_teacher, school_student;
