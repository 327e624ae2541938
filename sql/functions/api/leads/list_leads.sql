create function api.list_leads(
  p_stage_id uuid[] default null,
  p_owner_id uuid[] default null,
  p_assigned_teacher_id uuid[] default null,
  p_follow_up api.follow_up_filter[] default null,
  p_follow_up_status api.follow_up_status[] default null,
  p_tag api.short_text[] default null,
  p_search api.search_text default null,
  p_sort api.lead_sort default 'followUpDate',
  p_count api.count_wish default false,
  p_limit api.page_limit default 50,
  p_cursor api.page_cursor default null
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return school.listed_leads(
    false, p_stage_id, p_owner_id, p_assigned_teacher_id, p_follow_up, p_follow_up_status, p_tag, p_search,
    p_sort, p_count, p_limit, p_cursor
  );
end;
$$;
comment on function api.list_leads is
  'Lists leads: all for admins, their own and the unowned for staff, those assigned to them for teachers.
followUp looks at open follow-ups against the school''s today; search finds parts of name, phone, e-mail and guardian.';
grant execute on function api.list_leads to school_admin, school_staff, school_teacher;
