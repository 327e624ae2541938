create function api.update_lead(
  p_lead_id uuid,
  p_stage_id uuid default null,
  p_name api.name_text default null,
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
  p_follow_up_date date default null,
  p_follow_up_status api.follow_up_status default null,
  p_source api.short_text default null,
  p_lost_reason api.medium_text default null,
  p_present text[] default '{}',
  p_if_match bigint default null
)
returns api.lead
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_lead record;
  v_answer api.lead;
begin
  select l.version, l.owner_id
  into v_lead
  from school.leads as l
  where l.id = p_lead_id
    and l.deleted_at is null
  for update;
  if not found then
    perform school.fail_not_found('lead');
  end if;
  perform school.require_version(v_lead.version, p_if_match);
  if not auth.is_admin()
    and school.patched(p_present, 'owner_id', p_owner_id, v_lead.owner_id) is distinct from auth.user_id()
  then
    perform school.fail(
      'forbidden', 'Staff change the leads they own; claim an unowned one first. An admin may name another owner.'
    );
  end if;
  update school.leads as l
  set
    stage_id = school.patched(p_present, 'stage_id', p_stage_id, l.stage_id),
    name = school.patched(p_present, 'name', p_name, l.name),
    phone = school.patched(p_present, 'phone', p_phone, l.phone),
    email = school.patched(p_present, 'email', p_email, l.email),
    owner_id = school.patched(p_present, 'owner_id', p_owner_id, l.owner_id),
    assigned_teacher_id = school.patched(
      p_present, 'assigned_teacher_id', p_assigned_teacher_id, l.assigned_teacher_id
    ),
    area = school.patched(p_present, 'area', school.clean(p_area), l.area),
    community = school.patched(p_present, 'community', school.clean(p_community), l.community),
    address = school.patched(p_present, 'address', school.clean(p_address), l.address),
    guardian_name = school.patched(p_present, 'guardian_name', school.clean(p_guardian_name), l.guardian_name),
    age = school.patched(p_present, 'age', p_age, l.age),
    expected_budget = school.patched(p_present, 'expected_budget', p_expected_budget, l.expected_budget),
    number_of_contact_attempts = school.patched(
      p_present, 'number_of_contact_attempts', p_number_of_contact_attempts, l.number_of_contact_attempts
    ),
    last_contacted_date = school.patched(
      p_present, 'last_contacted_date', p_last_contacted_date, l.last_contacted_date
    ),
    next_follow_up = school.patched(p_present, 'next_follow_up', p_next_follow_up, l.next_follow_up),
    walk_in_date = school.patched(p_present, 'walk_in_date', p_walk_in_date, l.walk_in_date),
    demo_date = school.patched(p_present, 'demo_date', p_demo_date, l.demo_date),
    demo_conducted = school.patched(p_present, 'demo_conducted', p_demo_conducted, l.demo_conducted),
    follow_up_date = school.patched(p_present, 'follow_up_date', p_follow_up_date, l.follow_up_date),
    follow_up_status = school.patched(p_present, 'follow_up_status', p_follow_up_status, l.follow_up_status),
    source = school.patched(p_present, 'source', school.clean(p_source), l.source),
    lost_reason = school.patched(p_present, 'lost_reason', school.clean(p_lost_reason), l.lost_reason)
  where l.id = p_lead_id;
  select * into v_answer from api.lead as l where l.id = p_lead_id;
  return v_answer;
end;
$$;
comment on function api.update_lead is
  'Changes a lead; every changed member is on record. Moving to a won or lost stage closes the follow-up.
Refusals: not_found, forbidden, version_mismatch, unknown_reference, not_staff, not_a_teacher, lost_reason_required.';
grant execute on function api.update_lead to school_admin, school_staff;
