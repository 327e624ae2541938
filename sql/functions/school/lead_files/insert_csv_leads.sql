-- Adds the leads of a file that was judged sound, with their tags; answers how many. Admins and staff import, and from
-- the console whoever acts for the owner; school.guard_lead_people judges whose each lead may be. Raises forbidden.
-- definer: leads get their ids here, so that tags find them, and no caller may choose an id.
create or replace function school.insert_csv_leads(p_rows jsonb)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_leads jsonb;
  v_created integer;
begin
  if auth.role() is null and not pg_has_role(session_user, 'school_owner', 'member')
    or auth.role() not in ('super_admin', 'admin', 'staff')
  then
    perform school.fail('forbidden', 'Staff and admins add leads.');
  end if;
  select coalesce(jsonb_agg(r.cells || jsonb_build_object('id', gen_random_uuid()) order by r.line), '[]')
  into v_leads
  from school.lead_csv_rows(p_rows) as r;
  insert into school.leads (
    id, name, phone, email, stage_id, follow_up_date, follow_up_status, owner_id, assigned_teacher_id, guardian_name,
    age, area, community, address, source, expected_budget, number_of_contact_attempts, last_contacted_date,
    next_follow_up, walk_in_date, demo_date, demo_conducted, lost_reason
  )
  select
    l.id, l.name, l.phone, l.email, coalesce(l."stageId", (select school.first_open_stage())), l."followUpDate",
    coalesce(l."followUpStatus", 'open'), l."ownerId", l."assignedTeacherId", l."guardianName", l.age, l.area,
    l.community, l.address, l.source, l."expectedBudget", coalesce(l."numberOfContactAttempts", 0),
    l."lastContactedDate", l."nextFollowUp", l."walkInDate", l."demoDate", coalesce(l."demoConducted", false),
    l."lostReason"
  from jsonb_to_recordset(v_leads) as l (
    id uuid, name text, phone text, email text, "stageId" uuid, "followUpDate" date, "followUpStatus" text,
    "ownerId" uuid, "assignedTeacherId" uuid, "guardianName" text, age integer, area text, community text,
    address text, source text, "expectedBudget" numeric, "numberOfContactAttempts" integer,
    "lastContactedDate" date, "nextFollowUp" date, "walkInDate" date, "demoDate" date, "demoConducted" boolean,
    "lostReason" text
  );
  get diagnostics v_created = row_count;
  insert into school.lead_tags (lead_id, tag)
  select distinct (l ->> 'id')::uuid, school.clean(t)
  from jsonb_array_elements(v_leads) as l
  cross join unnest(string_to_array(l ->> 'tags', ';')) as t
  where school.clean(t) is not null;
  return v_created;
end;
$$;
comment on function school.insert_csv_leads(jsonb) is 'Adds the leads of a file and answers how many.';
grant execute on function school.insert_csv_leads(jsonb) to school_admin, school_staff;
