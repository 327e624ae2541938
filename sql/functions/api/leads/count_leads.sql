create function api.count_leads(
  p_stage_id uuid[] default null,
  p_owner_id uuid[] default null,
  p_assigned_teacher_id uuid[] default null,
  p_follow_up api.follow_up_filter[] default null,
  p_follow_up_status api.follow_up_status[] default null,
  p_tag api.short_text[] default null,
  p_search api.search_text default null
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return school.listed_leads(
    true, p_stage_id, p_owner_id, p_assigned_teacher_id, p_follow_up, p_follow_up_status, p_tag, p_search
  );
end;
$$;
comment on function api.count_leads is
  'How many leads there are in each stage, and how their follow-ups stand: of those that the list shows with the same '
  'filters.
Answers: lead_counts.';
grant execute on function api.count_leads to school_admin, school_staff, school_teacher;
