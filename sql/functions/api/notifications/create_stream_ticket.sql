-- definer: tickets are nobody's to write; a session makes its own.
create function api.create_stream_ticket(p_base_url text default '')
returns json
language sql
volatile
security definer
set search_path = ''
as $$
  select auth.new_ticket('/v1/notifications/stream', p_base_url);
$$;
comment on function api.create_stream_ticket is
  'Makes an address of the stream of notifications that needs no header, for a browser''s EventSource.
It connects for 60 seconds, as often as it is asked; the stream lasts as long as the session. Later it is refused as '
  '`unauthenticated`, and EventSource gives up: make another one, and append `&lastEventId=` with the last id heard.
Answers: ticket.
Refusals: unauthenticated.';
grant execute on function api.create_stream_ticket to school_admin, school_staff, school_teacher, school_student;
