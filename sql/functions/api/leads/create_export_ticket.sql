-- definer: tickets are nobody's to write; a session makes its own.
create function api.create_export_ticket(p_base_url text default '')
returns json
language sql
volatile
security definer
set search_path = ''
as $$
  select auth.new_ticket('/v1/leads/export', p_base_url);
$$;
comment on function api.create_export_ticket is
  'Makes an address of the export that needs no header, for a link that downloads.
It is good for 60 seconds. Filters of the export may be appended: `&ownerId=…`.
Answers: ticket.
Refusals: unauthenticated.';
grant execute on function api.create_export_ticket to school_admin, school_staff;
