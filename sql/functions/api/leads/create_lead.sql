create function api.create_lead(
  p_stage_id uuid,
  p_name api.name_text,
  p_follow_up_date date,
  p_phone api.phone_number default null,
  p_email api.email_address default null,
  p_owner_id uuid default null,
  p_assigned_teacher_id uuid default null,
  p_area api.short_text default null,
  p_community api.short_text default null,
  p_address api.address_text default null,
  p_guardian_name api.short_text default null,
  p_age api.age_in_years default null,
  p_expected_budget api.money default null,
  p_number_of_contact_attempts api.attempt_count default null,
  p_last_contacted_date date default null,
  p_next_follow_up date default null,
  p_walk_in_date date default null,
  p_demo_date date default null,
  p_demo_conducted boolean default null,
  p_follow_up_status api.follow_up_status default null,
  p_source api.short_text default null,
  p_lost_reason api.medium_text default null
)
returns api.lead
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_id uuid;
  v_answer api.lead;
begin
  if auth.user_id_as('staff') <> p_owner_id then
    perform school.fail('forbidden', 'Staff add leads for themselves; an admin may name another owner.');
  end if;
  insert into school.leads (
    stage_id,
    name,
    phone,
    email,
    owner_id,
    assigned_teacher_id,
    area,
    community,
    address,
    guardian_name,
    age,
    expected_budget,
    number_of_contact_attempts,
    last_contacted_date,
    next_follow_up,
    walk_in_date,
    demo_date,
    demo_conducted,
    follow_up_date,
    follow_up_status,
    source,
    lost_reason
  )
  values (
    p_stage_id,
    p_name,
    p_phone,
    p_email,
    p_owner_id,
    p_assigned_teacher_id,
    school.clean(p_area),
    school.clean(p_community),
    school.clean(p_address),
    school.clean(p_guardian_name),
    p_age,
    p_expected_budget,
    coalesce(p_number_of_contact_attempts, 0),
    p_last_contacted_date,
    p_next_follow_up,
    p_walk_in_date,
    p_demo_date,
    coalesce(p_demo_conducted, false),
    p_follow_up_date,
    coalesce(p_follow_up_status, 'open'),
    school.clean(p_source),
    school.clean(p_lost_reason)
  )
  returning id into v_id;
  select * into v_answer from api.lead as l where l.id = v_id;
  return v_answer;
end;
$$;
comment on function api.create_lead is 'Adds a lead. Staff who name no owner own it.
It needs a phone or an e-mail. Leads with the same phone or e-mail are reported in possibleDuplicates, never refused.
Refusals: forbidden, unknown_reference, not_staff, not_a_teacher, lost_reason_required.';
grant execute on function api.create_lead to school_admin, school_staff;
